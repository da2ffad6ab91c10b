import type { ClientBase } from 'pg'
import { forEachLine } from '../../ledger/copy-lines.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { copyOut } from './copy-out.js'
import { escapeIdentifier, qualifiedName } from './quote.js'
import { columnList } from './statements.js'

/** Those rows of a table that have one of these keys, by key, as COPY writes them. */
export async function readBack(
  client: ClientBase,
  definition: TableDefinition,
  schema: string,
  keys: readonly number[],
): Promise<ReadonlyMap<string, string>> {
  const query =
    `SELECT ${columnList(definition)} FROM ${qualifiedName(schema, definition.name)} ` +
    `WHERE ${escapeIdentifier(definition.key)} = ANY ('{${keys.join(',')}}'::int8[])`
  const found = new Map<string, string>()
  await forEachLine(copyOut(client, query), (bytes, start, end) => {
    const row = bytes.toString('utf8', start, end)
    found.set(row.slice(0, row.indexOf('\t')), row)
  })
  return found
}
