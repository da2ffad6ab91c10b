import { OptionsError } from '../../errors.js'

/** The rows of a run, by number and version. */
export interface ScriptRows {
  readonly numbers: number[]
  readonly versions: number[]
}

const PART = /^(-?\d+)(?:\.\.(\d+))?(?:@(\d+))?$/

/** So that a slip of the pen does not fill the memory. */
const MOST_IN_RANGE = 10_000_000

/**
 * Writes rows as a text: `7` is row 7 in version 0, `7@2` in version 2, `1..200@1` are rows 1 to 200 in version 1. Rows
 * that stood there before have negative numbers.
 */
export function encodeRows(numbers: readonly number[], versions: readonly number[]): string {
  const parts: string[] = []
  for (let begin = 0; begin < numbers.length;) {
    const [first, version] = [numbers[begin]!, versions[begin]!]
    let end = begin + 1
    while (first > 0 && numbers[end] === first + (end - begin) && versions[end] === version) end += 1
    // Two neighbours are no shorter as a range.
    if (end === begin + 2) end = begin + 1
    const last = end === begin + 1 ? '' : `..${numbers[end - 1]}`
    parts.push(`${first}${last}${version === 0 ? '' : `@${version}`}`)
    begin = end
  }
  return parts.join(' ')
}

/** @throws OptionsError that names the part that is no row */
export function decodeRows(text: string): ScriptRows {
  const rows: ScriptRows = { numbers: [], versions: [] }
  for (const part of text.split(' ')) {
    const found = PART.exec(part)
    const first = Number(found?.[1] ?? 0)
    const last = found?.[2] === undefined ? first : Number(found[2])
    const version = Number(found?.[3] ?? 0)
    const inOrder = last === first || (first > 0 && first < last && last - first < MOST_IN_RANGE)
    if (!inOrder || first === 0 || !Number.isSafeInteger(last) || version > 0x7fff_ffff) {
      throw new OptionsError(
        `Expected rows such as \`7\`, \`7@2\` (in version 2) or \`1..200\`, got \`${part.slice(0, 40)}\`.`,
      )
    }
    for (let number = first; number <= last; number++) {
      rows.numbers.push(number)
      rows.versions.push(version)
    }
  }
  return rows
}
