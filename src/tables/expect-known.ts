import { OptionsError } from '../errors.js'

/**
 * Refuses names that nobody would read, so that a slip of the pen is no silent default. What is set to `undefined` is not
 * set.
 *
 * @param given what somebody has written, `undefined` where that is nothing
 * @param known all names that are read
 * @param what whose names they are, for the message: `createCdcStream()`
 * @param elsewhere where a name belongs that is known, but not here
 * @throws OptionsError that names the first of them, and the nearest one that is known
 */
export function expectKnown(
  given: unknown,
  known: readonly string[],
  what: string,
  elsewhere: (name: string) => string | undefined = () => undefined,
): void {
  if (given === undefined) return
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const got = given === null ? 'null' : Array.isArray(given) ? 'a list' : typeof given
    throw new OptionsError(`Expected ${what} to be given an object of options, got ${got}. Write \`{ … }\`.`)
  }
  const values = new Map<string, unknown>(Object.entries(given))
  const unknown = [...values.keys()].find((name) => values.get(name) !== undefined && !known.includes(name))
  if (unknown === undefined) return
  const near = nearest(unknown, known)
  const todo =
    elsewhere(unknown) ??
    (near === undefined ? `There are ${known.map((name) => `\`${name}\``).join(', ')}.` : `Did you mean \`${near}\`?`)
  throw new OptionsError(`Expected ${what} to be given options that it knows, got \`${unknown}\`. ${todo}`)
}

/** The name that the fewest slips lead to; undefined where none is near. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((one) => ({ one, slips: countSlips(name.toLowerCase(), one.toLowerCase()) }))
    .toSorted((a, b) => a.slips - b.slips)
  return best && best.slips <= Math.max(1, Math.floor(name.length / 3)) ? best.one : undefined
}

/** How many letters have to be put in, left out, exchanged or swapped with their neighbour to come from one word to another. */
function countSlips(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    const above = rows[i - 1] ?? []
    for (let j = 1; j <= to.length; j++) {
      const exchange = (above[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const swap = isSwap ? (rows[i - 2]?.[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      row.push(Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, exchange, swap))
    }
    rows.push(row)
  }
  return rows[from.length]?.[to.length] ?? 0
}
