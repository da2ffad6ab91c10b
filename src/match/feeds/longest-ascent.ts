/**
 * The indexes of a longest part of a list that never descends (patience sorting). What is not in it has to move to put
 * the list in order, and nothing else.
 */
export function longestAscent(values: readonly number[]): Set<number> {
  /** By length − 1: the index at which the best ascent of that length ends. */
  const ends: number[] = []
  const previous = new Map<number, number>()
  values.forEach((value, index) => {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (values[ends[middle]!]! <= value) low = middle + 1
      else high = middle
    }
    if (low > 0) previous.set(index, ends[low - 1]!)
    ends[low] = index
  })
  const ascent = new Set<number>()
  for (let index = ends.at(-1); index !== undefined; index = previous.get(index)) ascent.add(index)
  return ascent
}
