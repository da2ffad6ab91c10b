import { OptionsError } from '../errors.js'
import { connect } from '../target/connect.js'
import type { ConnectionOptions } from '../target/connection.js'
import { detectDialect } from '../target/dialect.js'
import { draftModule, type Language } from './draft-module.js'
import { readCatalog } from './read-catalog.js'

/** A table by its name. */
export interface TableName {
  readonly schema: string
  readonly name: string
}

/**
 * Reads tables from the catalog of a database, and drafts a module that defines tables like them. Writes nothing.
 *
 * @throws OptionsError for tables of several schemas: a stream writes to one
 * @throws TargetError for a table that is not there, or that no stream can write to
 */
export async function inspectTables(
  connection: ConnectionOptions,
  names: readonly TableName[],
  language: Language = 'ts',
): Promise<string> {
  const schemas = new Set(names.map(({ schema }) => schema))
  if (schemas.size > 1) {
    throw new OptionsError(
      `Expected tables of one schema, because a stream writes to one, got ${[...schemas].join(', ')}. Inspect them one schema at a time.`,
    )
  }
  const client = await connect(connection, {
    applicationName: 'vitest-cloudberry-cdc inspect',
    settings: { default_transaction_read_only: 'on' },
  })
  try {
    const distinct = names.filter(
      (one, index) => names.findIndex(({ schema, name }) => schema === one.schema && name === one.name) === index,
    )
    const { name: dialect } = await detectDialect(client)
    const tables = []
    for (const { schema, name } of distinct) tables.push(await readCatalog(client, schema, name, dialect))
    return draftModule(tables, language)
  } finally {
    await client.end()
  }
}

/**
 * Reads `SCHEMA.TABLE`, quoted as in SQL where that is needed.
 *
 * @throws OptionsError
 */
export function parseTableName(text: string, schema: string): TableName {
  const part = String.raw`"(?:[^"]|"")+"|[^."]+`
  const [, first, second] = new RegExp(`^(${part})(?:\\.(${part}))?$`).exec(text) ?? []
  if (first === undefined) {
    throw new OptionsError(
      `Expected a table as SCHEMA.TABLE, got \`${text}\`. Write names with dots or quotes as in SQL: '"my.schema"."my ""table"""'.`,
    )
  }
  const plain = (name: string): string => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name)
  return second === undefined ? { schema, name: plain(first) } : { schema: plain(first), name: plain(second) }
}
