import type { ClientBase } from 'pg'
import { forEachLine } from '../../ledger/copy-lines.js'
import type { Cell } from '../../tables/column.js'
import { splitCopyRow } from '../../tables/copy-row.js'
import { keyText, TableKey } from '../../tables/keys/table-key.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { copyOut } from './copy-out.js'
import { isAmong } from './key-sql.js'
import { qualifiedName } from './quote.js'
import { columnList } from './statements.js'

/** Those rows of a table that have one of these keys, by key in words, as COPY writes them. */
export async function readBack(
  client: ClientBase,
  definition: TableDefinition,
  schema: string,
  keys: readonly (readonly Cell[])[],
): Promise<ReadonlyMap<string, string>> {
  const key = new TableKey(definition)
  const query =
    `SELECT ${columnList(definition)} FROM ${qualifiedName(schema, definition.name)} ` +
    `WHERE ${isAmong(key, keys, schema)}`
  const found = new Map<string, string>()
  await forEachLine(copyOut(client, query), (bytes, start, end) => {
    const row = bytes.toString('utf8', start, end)
    const texts = splitCopyRow(row)
    found.set(keyText(key.of(texts)), row)
  })
  return found
}
