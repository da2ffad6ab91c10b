/** The rows of tables by key, as JSON has them; all values as texts. */
export type InterpretedTables = Map<string, Map<string, Record<string, string | null>>>

type Image = Readonly<Record<string, string | number | null>>

/** What an event does: a row that is put in the place of its key, or taken away. */
type Step = readonly ['put' | 'take', table: string, row: Image]

interface Change {
  readonly kind: string
  readonly table: string
  readonly before: Image
  readonly after: Image
}

interface Envelope extends Pick<Change, 'before' | 'after'> {
  readonly op: string
  readonly source: { readonly table: string }
}

interface Message<Data> {
  readonly type: string
  readonly table: string
  readonly data: Data
}

interface ChangelogRow {
  readonly op: string
  readonly table: string
  readonly row: Image
}

/** How a consumer would read each format: straight from the published descriptions. */
const steps: Readonly<Record<string, (event: never) => Step[]>> = {
  changes: ({ kind, table, before, after }: Change) => [
    kind === 'delete' ? ['take', table, before] : ['put', table, after],
  ],
  'debezium-mysql': readEnvelope,
  'debezium-postgres': readEnvelope,
  maxwell: ({ type, table, data }: Message<Image>) => [[type === 'delete' ? 'take' : 'put', table, data]],
  canal: ({ type, table, data }: Message<Image[]>) =>
    data.map((row) => [type === 'DELETE' ? 'take' : 'put', table, row]),
  flink: ({ op, table, row }: ChangelogRow) => [[op.startsWith('-') ? 'take' : 'put', table, row]],
}

function readEnvelope({ op, before, after, source }: Envelope): Step[] {
  return [op === 'd' ? ['take', source.table, before] : ['put', source.table, after]]
}

/** Applies NDJSON of a format to tables that begin empty; the first column is the key. */
export function interpretFeed(format: string, ndjson: string): InterpretedTables {
  const tables: InterpretedTables = new Map()
  for (const line of ndjson.split('\n').slice(0, -1)) {
    for (const [step, name, row] of steps[format]!(JSON.parse(line) as never)) {
      const rows = tables.get(name) ?? new Map<string, Record<string, string | null>>()
      tables.set(name, rows)
      const texts = Object.entries(row).map(
        ([column, value]) => [column, value === null ? null : String(value)] as const,
      )
      const key = texts[0]![1]!
      if (step === 'put') rows.set(key, Object.fromEntries(texts))
      else if (!rows.delete(key)) throw new Error(`${name} has no row ${key} to take away`)
    }
  }
  return tables
}
