import type { SqlClient } from '../client.js'
import type { TableDefinition } from '../../tables/table-definition.js'

const CHARSETS = `
  SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, CHARACTER_SET_NAME AS charset
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?) AND CHARACTER_SET_NAME NOT IN ('utf8mb4')`

/** What a CDC connector needs of its source; a stream goes on without. */
const NEEDED = {
  log_bin: { wanted: 'ON', why: 'the binary log is off: no CDC connector can follow the changes' },
  binlog_format: { wanted: 'ROW', why: 'the binary log has statements instead of rows' },
  binlog_row_image: { wanted: 'FULL', why: 'the binary log has parts of rows only' },
} as const

/** What a connector would miss at a server, a line each. */
export async function serverWarnings(client: SqlClient): Promise<readonly string[]> {
  // Not by @@: a server that lacks one would refuse all of them.
  const { rows } = await client.query<{ Variable_name: string; Value: string }>(
    'SHOW VARIABLES WHERE Variable_name IN (?)',
    [Object.keys(NEEDED)],
  )
  const found = new Map(rows.map((row) => [row.Variable_name, row.Value]))
  const names = (Object.keys(NEEDED) as (keyof typeof NEEDED)[]).filter((name) => found.has(name))
  const wrong = names.filter((name) => found.get(name) !== NEEDED[name].wanted)
  // Without the log, its form is of no interest.
  const told = wrong.includes('log_bin') ? (['log_bin'] as const) : wrong
  return told.map((name) => `${NEEDED[name].why} (${name} is ${found.get(name)}). The stream itself needs none.`)
}

/** Columns that cannot hold every text, a line each. */
export async function charsetWarnings(
  client: SqlClient,
  schema: string,
  definitions: readonly TableDefinition[],
): Promise<readonly string[]> {
  if (definitions.length === 0) return []
  const { rows } = await client.query<{ tableName: string; name: string; charset: string }>(CHARSETS, [
    schema,
    definitions.map(({ name }) => name),
  ])
  return definitions.flatMap((definition) => {
    const texts = definition.columns.filter(({ type }) => type === 'text').map(({ name }) => name)
    const own = rows.filter(({ tableName: of, name }) => of === definition.name && texts.includes(name))
    return own.map(
      ({ name, charset }) =>
        `\`${schema}.${definition.name}.${name}\` is kept in ${charset}: a text with a character that it lacks ends the stream. utf8mb4 has all.`,
    )
  })
}
