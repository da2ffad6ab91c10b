import type { Change, Row } from '../../ledger/change.js'
import { textTypeOf } from '../../tables/types/text-types.js'
import { keyNames } from '../../tables/keys/key-column.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { canalType } from './canal-types.js'
import { changedColumns } from '../json-value.js'
import { isoDate } from '../../tables/calendar-date.js'
import { definitionOf, type EventContext } from '../event-context.js'
import { gtidOf } from './log-position.js'

/** A row in which every value is a text. */
export type CanalRow = Readonly<Record<string, string | null>>

/**
 * A flat message of Alibaba Canal: consecutive changes of one kind on one table.
 * https://github.com/alibaba/canal/blob/master/protocol/src/main/java/com/alibaba/otter/canal/protocol/FlatMessage.java
 */
export interface CanalMessage {
  /** Rows after an INSERT or UPDATE, rows before a DELETE. */
  readonly data: readonly CanalRow[]
  readonly database: string
  /** When the change was made, in milliseconds since 1970; MySQL knows whole seconds. */
  readonly es: number
  readonly gtid: string
  /** The number of the commit. */
  readonly id: number
  readonly isDdl: false
  readonly mysqlType: Readonly<Record<string, string>>
  /** For each row of an UPDATE, the values before of those columns that it changed. */
  readonly old: readonly CanalRow[] | null
  readonly pkNames: readonly string[]
  readonly sql: ''
  readonly sqlType: Readonly<Record<string, number>>
  readonly table: string
  /** When the message was made, in milliseconds since 1970. */
  readonly ts: number
  readonly type: 'INSERT' | 'UPDATE' | 'DELETE'
}

/**
 * MySQL begins a new row event when one exceeds 8 kB, and Canal makes one message of each: about as many rows of ours.
 * https://dev.mysql.com/doc/refman/8.4/en/replication-options-binary-log.html#option_mysqld_binlog-row-event-max-size
 */
const MOST_ROWS = 50

const messageTypes = { insert: 'INSERT', update: 'UPDATE', delete: 'DELETE' } as const

/** The messages of a commit as Canal makes them. */
export function renderCanal(context: EventContext): CanalMessage[] {
  return groups(context.changes).map((group) => toMessage(context, group))
}

function groups(changes: readonly Change[]): Change[][] {
  const found: Change[][] = []
  for (const change of changes) {
    const last = found.at(-1)
    const fits = last?.[0]?.kind === change.kind && last[0].table === change.table && last.length < MOST_ROWS
    if (fits) last.push(change)
    else found.push([change])
  }
  return found
}

function toMessage(context: EventContext, group: readonly Change[]): CanalMessage {
  const { kind, table } = group[0]!
  const definition = definitionOf(context, table)
  const types = definition.columns.map((column) => [column.name, canalType(column)] as const)
  const data = group.map(({ before, after }) => toTexts(definition, after ?? before ?? {}))
  const old = group.map(({ before = {} }, index) => changedColumns(toTexts(definition, before), data[index]!))
  return {
    data,
    database: context.database,
    es: Math.floor(context.at / 1000) * 1000,
    gtid: gtidOf(context.commit),
    id: context.commit,
    isDdl: false,
    mysqlType: Object.fromEntries(types.map(([name, { mysql }]) => [name, mysql])),
    old: kind === 'update' ? (old as CanalRow[]) : null,
    pkNames: keyNames(definition),
    sql: '',
    sqlType: Object.fromEntries(types.map(([name, { sql }]) => [name, sql])),
    table,
    ts: Math.floor(context.at),
    type: messageTypes[kind],
  }
}

function toTexts({ columns }: TableDefinition, row: Row): CanalRow {
  const texts: Record<string, string | null> = {}
  for (const { name, type } of columns) {
    const value = row[name]
    if (value === undefined) continue
    if (value === null) texts[name] = null
    else if (value instanceof Date) texts[name] = isoDate(value)
    else if (typeof value === 'string') texts[name] = String(textTypeOf(type)?.toEvent?.(value, type, 'canal') ?? value)
    else texts[name] = typeof value === 'boolean' ? String(Number(value)) : String(value)
  }
  return texts
}
