type Row = Readonly<Record<string, unknown>>

/** A change as Debezium's connectors tell it. `r` is a row that was there. */
export interface ChangeEvent {
  readonly op: 'r' | 'c' | 'u' | 'd'
  readonly before: Row | null
  readonly after: Row | null
  readonly source: { readonly table: string }
}

const OPERATIONS = { INSERT: 'c', UPDATE: 'u', DELETE: 'd' } as const

/** `table shop.orders: INSERT: id[bigint]:1 status[text]:'open'`: what test_decoding says of a change. */
const LINE = /^table \S+\.orders: (INSERT|UPDATE|DELETE): (.*)$/
const COLUMN = /(\w+)\[[^\]]+\]:(?:'([^']*)'|(\S+))/g

/** The event of a line of test_decoding; none for BEGIN, COMMIT and other tables. */
export function toEvent(line: string): ChangeEvent[] {
  const [, operation, columns] = LINE.exec(line) ?? []
  if (operation === undefined || columns === undefined) return []
  const op = OPERATIONS[operation as keyof typeof OPERATIONS]
  const row = Object.fromEntries([...columns.matchAll(COLUMN)].map(([, name, text, other]) => [name, text ?? other]))
  const isGone = op === 'd'
  return [{ op, before: isGone ? row : null, after: isGone ? null : row, source: { table: 'orders' } }]
}
