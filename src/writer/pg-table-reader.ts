import { type ClientBase, escapeIdentifier } from 'pg'
import type { KeyFilter, TableReader } from '../ledger/table-reader.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { copyOut } from './copy-out.js'
import { columnList, qualifiedName } from './statements.js'

/** Reads the tables of a schema for a comparison with the ledger. */
export class PgTableReader implements TableReader {
  readonly #client: ClientBase
  readonly #schema: string

  constructor(client: ClientBase, schema: string) {
    this.#client = client
    this.#schema = schema
  }

  read(table: TableDefinition, filter: KeyFilter, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    const key = escapeIdentifier(table.key)
    const among = filter.among.length > 0 ? ` OR ${key} = ANY ('{${filter.among.join(',')}}'::int8[])` : ''
    const query =
      `SELECT ${columnList(table)} FROM ${qualifiedName(this.#schema, table.name)} ` +
      `WHERE ${key} > ${filter.above}${filter.upTo === undefined ? '' : ` AND ${key} <= ${filter.upTo}`}${among}`
    return copyOut(this.#client, query, signal)
  }
}
