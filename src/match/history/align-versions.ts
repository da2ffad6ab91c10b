/**
 * Pairs what is given with what was, both in their order, so that most have a partner: for each of the first its partner's index
 * among the second, or undefined. Of several ways the one with the highest scores counts, then the one that
 * pairs the first of those that are given with the latest that they can be.
 *
 * @param score of a pair; 0 where the two are no pair
 */
export function alignVersions<Given, Been>(
  given: readonly Given[],
  been: readonly Been[],
  score: (one: Given, other: Been) => number,
): (number | undefined)[] {
  // best[i][j]: what the pairs of given[i …] and been[j …] are worth at most.
  const best = Array.from({ length: given.length + 1 }, () => Array<number>(been.length + 1).fill(0))
  const pairs = given.map((one) => been.map((other) => score(one, other)))
  const bestAt = (i: number, j: number): number => best[i]?.[j] ?? 0
  const pairAt = (i: number, j: number): number => pairs[i]?.[j] ?? 0
  const withPair = (i: number, j: number): number => (pairAt(i, j) > 0 ? pairAt(i, j) + bestAt(i + 1, j + 1) : 0)
  for (let i = given.length - 1; i >= 0; i--) {
    for (let j = been.length - 1; j >= 0; j--) {
      best[i]![j] = Math.max(bestAt(i + 1, j), bestAt(i, j + 1), withPair(i, j))
    }
  }
  const partners = Array<number | undefined>(given.length).fill(undefined)
  for (let i = 0, j = 0; i < given.length && j < been.length;) {
    if (bestAt(i, j) === bestAt(i, j + 1)) j += 1
    else if (bestAt(i, j) === withPair(i, j)) partners[i++] = j++
    else i += 1
  }
  return partners
}
