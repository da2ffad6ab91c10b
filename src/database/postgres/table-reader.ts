import type { ClientBase } from 'pg'
import type { KeyFilter, TableReader } from '../../ledger/table-reader.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { copyOut } from './copy-out.js'
import { escapeIdentifier, qualifiedName } from './quote.js'
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
    return copyOut(this.#client, query + conditionOf(escapeIdentifier(table.key), filter), signal)
  }
}

/** None for what nearly all rows fulfil: the planner could take an index for it, and read the table from end to end by that. */
function conditionOf(key: string, { above, upTo, among }: KeyFilter): string {
  if (above <= 0 && upTo === undefined && among.length === 0) return ''
  const range = `${key} > ${above}${upTo === undefined ? '' : ` AND ${key} <= ${upTo}`}`
  return ` WHERE ${range}${among.length > 0 ? ` OR ${key} = ANY ('{${among.join(',')}}'::int8[])` : ''}`
}
