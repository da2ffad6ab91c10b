import type { ClientBase } from 'pg'
import type { KeyFilter, TableReader } from '../../ledger/table-reader.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { copyOut } from './copy-out.js'
import { TableKey } from '../../tables/keys/table-key.js'
import { isAmong, ordinalSql } from './key-sql.js'
import { qualifiedName } from './quote.js'
import { columnList } from './statements.js'

/** Reads the tables of a schema for a comparison with the ledger. */
export class PostgresTableReader implements TableReader {
  readonly #client: ClientBase
  readonly #schema: string

  constructor(client: ClientBase, schema: string) {
    this.#client = client
    this.#schema = schema
  }

  read(table: TableDefinition, filter: KeyFilter, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    const query = `SELECT ${columnList(table)} FROM ${qualifiedName(this.#schema, table.name)}`
    return copyOut(this.#client, query + conditionOf(new TableKey(table), filter, this.#schema), signal)
  }
}

/** None for what nearly all rows fulfil: the planner could take an index for it, and read the table from end to end by that. */
function conditionOf(key: TableKey, { above, upTo, among }: KeyFilter, schema: string): string {
  if (above <= 0 && upTo === undefined && among.length === 0) return ''
  const ordinal = ordinalSql(key)
  const range = `${ordinal} > ${above}${upTo === undefined ? '' : ` AND ${ordinal} <= ${upTo}`}`
  return ` WHERE ${range}${among.length > 0 ? ` OR ${isAmong(key, among, schema)}` : ''}`
}
