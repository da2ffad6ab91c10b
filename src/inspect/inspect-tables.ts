import type { DatabaseClient } from '../database/client.js'
import { OptionsError } from '../errors.js'
import { draftModule, type Language } from './draft-module.js'
import { readCatalog } from './read-catalog.js'

export interface TableName {
  readonly schema: string
  readonly name: string
}

/**
 * Reads tables of one schema from the catalog of a database, and drafts a module that defines tables like them. Writes
 * nothing.
 *
 * @throws TargetError for a table that is not there, or that no stream can write to
 */
export async function inspectTables(
  client: DatabaseClient,
  names: readonly TableName[],
  language: Language = 'ts',
): Promise<string> {
  const distinct = names.filter(
    (one, index) => names.findIndex(({ schema, name }) => schema === one.schema && name === one.name) === index,
  )
  const { name: dialect } = await client.describe()
  const tables = []
  for (const { schema, name } of distinct) tables.push(await readCatalog(client, schema, name, dialect))
  return draftModule(tables, language)
}

/** @throws OptionsError for tables of several schemas: a stream writes to one */
export function expectOneSchema(names: readonly TableName[]): void {
  const schemas = new Set(names.map(({ schema }) => schema))
  if (schemas.size <= 1) return
  throw new OptionsError(
    `Expected tables of one schema, because a stream writes to one, got ${[...schemas].join(', ')}. Inspect them one schema at a time.`,
  )
}

/** Reads `SCHEMA.TABLE`, quoted as in SQL where that is needed. */
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
