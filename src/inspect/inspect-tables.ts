import type { DatabaseClient } from '../database/client.js'
import { OptionsError, TargetError } from '../errors.js'
import type { CatalogTable } from './catalog-table.js'
import { draftModule, type Language } from './draft-module.js'
import { draftSchema, schemaText } from './draft-schema.js'
import { readCatalog } from './read-catalog.js'
import { type NoTable, readSchema } from './read-schema.js'

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

/**
 * Reads all tables of a schema.
 *
 * @throws TargetError for a schema that is not there, or has no tables
 */
export async function readTables(client: DatabaseClient, schema: string): Promise<SchemaTables> {
  const content = await readSchema(client, schema)
  const got = content === undefined ? 'none of that name' : 'one without tables'
  if (!content || content.tables.length === 0)
    throw new TargetError(`Expected a schema \`${schema}\` with tables, got ${got}. Name another one.`)
  const { name: dialect } = await client.describe()
  const tables: CatalogTable[] = []
  for (const name of content.tables) tables.push(await readCatalog(client, schema, name, dialect))
  return { schema, tables, others: content.others }
}

/** A schema as the catalog has it. */
export interface SchemaTables {
  readonly schema: string
  readonly tables: readonly CatalogTable[]
  readonly others: readonly NoTable[]
}

/** Drafts a module that defines tables like those of a schema. */
export function draftOf({ schema, tables, others }: SchemaTables, language: Language = 'ts'): string {
  const skipped = others.map(({ name, kind }) => `\`${name}\` is skipped: it is a ${kind}.`)
  return schemaText(schema, draftSchema(tables), skipped, language)
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
