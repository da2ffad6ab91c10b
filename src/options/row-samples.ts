import { OptionsError } from '../errors.js'
import type { Family } from '../plan/families/family.js'
import { ClockCells } from '../tables/clock.js'
import type { Cell } from '../tables/column.js'
import { showValue } from '../tables/show-value.js'
import { TableKey } from '../tables/keys/table-key.js'
import type { RowContext, RowSource, TableDefinition } from '../tables/table-definition.js'
import { oneLine } from '../database/one-line.js'

/** One row that was computed to be looked at. A definition can leave anything in its cells. */
export interface RowSample {
  readonly number: number
  readonly version: number
  readonly cells: readonly unknown[]
}

/** The first rows, and some that come later in a stream of the default size. */
const NUMBERS = [...Array.from({ length: 50 }, (_, index) => index + 1), 100, 1_000, 10_000]
const VERSIONS = [0, 1, 2, 3]

/** Of a key that is nearly used up, there are fewer rows; and of numbers, not all may exist. */
export function placesOf(definition: TableDefinition, maxKey: number, family: Family): Omit<RowSample, 'cells'>[] {
  const most = new TableKey(definition).most - maxKey
  const numbers = new Set<number>()
  for (const [place, number] of NUMBERS.entries()) {
    const before = place === 0 ? 0 : [...numbers].at(-1)!
    numbers.add(family.next(Math.max(number, before + 1)))
  }
  return [...numbers]
    .filter((number) => number <= most)
    .flatMap((number) => VERSIONS.map((version) => ({ number, version })))
}

/**
 * Computes some rows of a definition, by number and version, and once more in the opposite order by a source of its own.
 *
 * @throws OptionsError when that fails, or gives something else
 */
export function sampleRows(
  definition: TableDefinition,
  context: RowContext,
  maxKey: number,
  family: Family,
): RowSample[] {
  const places = placesOf(definition, maxKey, family)
  const samples = computeSamples(definition, context, maxKey, places)
  const again = computeSamples(definition, context, maxKey, places.toReversed()).toReversed()
  samples.forEach(({ number, version, cells }, index) => {
    const other = again[index]!.cells
    const column = definition.columns.findIndex((_, at) => !Object.is(cells[at], other[at]))
    if (column < 0) return
    const got = `${showValue(cells[column])} and, when it was computed again, ${showValue(other[column])}`
    const where = cellName(definition, column, number, version)
    throw new OptionsError(
      `Expected ${where} to follow from the context, the number and the version alone, got ${got}. ` +
        'Use no clock, no Math.random(), and nothing that is kept from row to row.',
    )
  })
  return samples
}

/** The same, computed once. */
export function computeSamples(
  definition: TableDefinition,
  context: RowContext,
  maxKey: number,
  places: readonly Omit<RowSample, 'cells'>[],
): RowSample[] {
  const { name, columns } = definition
  const source = guard(`\`rows\` of table \`${name}\` to make rows`, () => definition.rows(context) as unknown)
  if (typeof (source as Partial<RowSource> | undefined)?.fill !== 'function') {
    throw new OptionsError(
      `Expected \`rows\` of table \`${name}\` to return { fill }, got ${showValue(source)}. Write rows: (context) => ({ fill(cells, number, version) { … } }).`,
    )
  }
  const key = new TableKey(definition)
  const { clock } = definition
  const stamps = clock && new ClockCells(clock, columns)
  return places.map(({ number, version }) => {
    // Cells are used again for the next row: one that is not written would show the row before it.
    const cells = Array<unknown>(columns.length).fill(undefined)
    key.write(cells as Cell[], maxKey + number)
    guard(`\`fill\` of table \`${name}\` to write row ${number} in version ${version}`, () =>
      (source as RowSource).fill(cells as Cell[], number, version),
    )
    if (cells.length > columns.length) {
      throw new OptionsError(
        `Expected \`fill\` of table \`${name}\` to write ${columns.length} cells, one for each column, got ${cells.length}. Leave out those from cells[${columns.length}] on.`,
      )
    }
    const due = key.cellsOf(maxKey + number)
    const place = key.parts.findIndex(({ index }, at) => cells[index] !== due[at])
    if (place >= 0) {
      const { index } = key.parts[place]!
      const todo = key.isFirstInteger ? 'Begin with cells[1].' : 'Leave the columns of the key out.'
      throw new OptionsError(
        `Expected ${cellName(definition, index, number, version)} to be left as it is, because it is the key, got ${showValue(cells[index])} instead of \`${String(due[place])}\`. ${todo}`,
      )
    }
    // As if each commit made a version.
    if (stamps) cells[stamps.index] = stamps.at(version * (clock?.resolution ?? 1))
    return { number, version, cells }
  })
}

export function cellName({ name, columns }: TableDefinition, column: number, number: number, version: number): string {
  return `\`${name}.${columns[column]!.name}\` (cells[${column}]) of row ${number} in version ${version}`
}

function guard<T>(expected: string, compute: () => T): T {
  try {
    return compute()
  } catch (cause) {
    const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw new OptionsError(`Expected ${expected}, got ${oneLine(message)}. Correct its code.`, { cause })
  }
}
