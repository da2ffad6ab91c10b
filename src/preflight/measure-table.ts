import type { Catalog, KeyRange, Measured } from '../database/catalog.js'
import { TargetError } from '../errors.js'
import { MORE_KEYS } from '../plan/row-limit.js'
import { keyNames } from '../tables/keys/key-column.js'
import { TableKey } from '../tables/keys/table-key.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { oneLine } from '../database/one-line.js'

/** What stands in a table. */
export interface TableExtent {
  readonly rows: number
  /** The largest ordinal of a key: of an integer, the largest key. 0 when there is no positive one. */
  readonly maxKey: number
  /** The largest value of each of the definition's sequences, by the sequence's name; 0 when there is none. */
  readonly sequences: Readonly<Record<string, number>>
}

/** Where the numbers of a column end, and how many must be left: of `int8`, more than a stream can write in a year. */
const ROOM = {
  int8: { words: '2^53', end: Number.MAX_SAFE_INTEGER - 1e12 },
  int4: { words: '2^31', end: 0x7fff_ffff - 1e8 },
  // What is left is little at any rate: a stream says so when it is used up.
  int2: { words: '2^15', end: 0x7fff - 1 },
}

/** Counts the rows of tables and finds where their numbers end; in a range, only looks whether there are any. */
export async function measureTables(
  catalog: Catalog,
  schema: string,
  definitions: readonly TableDefinition[],
  range?: KeyRange,
): Promise<readonly TableExtent[]> {
  if (definitions.length === 0) return []
  if (range) {
    const extents: TableExtent[] = []
    for (const definition of definitions) {
      const own = rangeOf(definition, range)
      const isUsed = await asked(catalog.hasRows(schema, definition, own), (got) => {
        return `Expected to read \`${schema}.${definition.name}\`, got: ${got}. Look for sessions that lock the table.`
      })
      extents.push({ rows: isUsed ? 1 : 0, maxKey: own.above, sequences: {} })
    }
    return extents
  }
  // One statement, because every test of a suite waits for it.
  const measuring = definitions.map((definition) => ({ definition, columns: sequencesOf(definition) }))
  const names = definitions.map(({ name }) => `\`${schema}.${name}\``)
  const measured = await asked(catalog.measure(schema, measuring), (got) => {
    return `Expected to count the rows of ${names.join(' and ')}, got: ${got}. Look for sessions that lock the table.`
  })
  return definitions.map((definition, place) => extentOf(schema, definition, measured[place]!))
}

/** The range of a table whose rows have in common what others count; it is as wide as those of others. */
export function rangeOf(definition: TableDefinition, { above, upTo }: KeyRange): KeyRange {
  const first = above * new TableKey(definition).spread
  return upTo === undefined ? { above: first } : { above: first, upTo: first + upTo - above }
}

/** The columns that count and are none of the key. */
function sequencesOf(definition: TableDefinition): readonly string[] {
  const key = keyNames(definition)
  return Object.values(definition.sequences ?? {}).filter((name) => !key.includes(name))
}

function extentOf(schema: string, definition: TableDefinition, { count, maxima }: Measured): TableExtent {
  const key = new TableKey(definition)
  const only = key.isInteger ? key.counter?.name : undefined
  const endOf = (name: string, found: string | null): number => {
    const end = Math.max(0, Number(found ?? 0))
    const type = definition.columns.find((column) => column.name === name)?.type
    const room = type === 'int4' || type === 'int2' ? ROOM[type] : ROOM.int8
    if (end <= room.end) return end
    throw new TargetError(
      `Expected \`${schema}.${definition.name}.${name}\` to leave room below ${room.words} for new numbers, got a largest value of ${found}. Remove such rows, or use another schema.`,
    )
  }
  const [largest = null, ...others] = maxima
  const maxKey = only === undefined ? largestOf(schema, key, Number(largest ?? 0), count) : endOf(only, largest)
  const measured = sequencesOf(definition)
  const ends = new Map(measured.map((name, index) => [name, endOf(name, others[index] ?? null)]))
  const sequences = Object.entries(definition.sequences ?? {}).map(([name, column]) => [
    name,
    ends.get(column) ?? maxKey,
  ])
  return { rows: count, maxKey, sequences: Object.fromEntries(sequences) as Record<string, number> }
}

/** Where somebody else's rows have keys without an ordinal, the first ordinal that is used says that there are some. */
function largestOf(schema: string, key: TableKey, largest: number, rows: number): number {
  const end = Math.max(0, largest, key.isTotal ? 0 : rows)
  if (end < key.most) return end
  throw new TargetError(
    `Expected the key (${key.parts.map(({ name }) => name).join(', ')}) of \`${schema}.${key.table}\` to have values left for new rows, got all ${key.most} used up. ${MORE_KEYS}`,
  )
}

async function asked<T>(answer: Promise<T>, explain: (got: string) => string): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    throw new TargetError(explain(oneLine((cause as Error).message)), { cause })
  }
}
