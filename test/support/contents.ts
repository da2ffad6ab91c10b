import type { Client } from 'pg'
import { copyOut } from '../../src/database/postgres/copy-out.js'

/** Every row of a table, as the server writes it: its columns in their order, the rows by the first column. */
export async function contentsOf(client: Client, table: string, condition = 'true'): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of copyOut(client, `SELECT * FROM ${table} WHERE ${condition} ORDER BY 1`)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
