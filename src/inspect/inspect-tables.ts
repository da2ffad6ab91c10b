import type { DatabaseClient } from '../database/client.js'
import { OptionsError, TargetError } from '../errors.js'
import type { CatalogTable } from './catalog-table.js'
import { draftModule, type Language } from './draft-module.js'
import { draftSchema, type LeftOut, schemaText } from './draft-schema.js'
import { openSchemaReader } from './open-schema-reader.js'
import type { NoTable, SchemaContent } from './schema-reader.js'

export interface TableName {
  readonly schema: string
  readonly name: string
}

/** Tables as the catalog has them. */
export interface InspectedTables {
  readonly tables: readonly CatalogTable[]
  /** A schema that they are all tables of; undefined where they were named. */
  readonly schema: string | undefined
  /** What else is in it. */
  readonly others: readonly NoTable[]
}

/**
 * Reads tables of one schema from the catalog of a database. Writes nothing.
 *
 * @throws TargetError for a table that is not there
 */
export async function readTables(client: DatabaseClient, names: readonly TableName[]): Promise<InspectedTables> {
  const distinct = names.filter(
    (one, index) => names.findIndex(({ schema, name }) => schema === one.schema && name === one.name) === index,
  )
  const reader = await openSchemaReader(client)
  const tables: CatalogTable[] = []
  for (const { schema, name } of distinct) {
    tables.push((await reader.table(schema, name)) ?? fail(schema, name, await reader.content(schema)))
  }
  return { tables, schema: undefined, others: [] }
}

function fail(schema: string, name: string, content: SchemaContent | undefined): never {
  const { tables = [], others = [] } = content ?? {}
  const there = tables.length === 0 ? 'no tables' : `${tables.slice(0, 10).join(', ')}${tables.length > 10 ? ' …' : ''}`
  const other = others.find((one) => one.name === name)
  const got = other === undefined ? 'none of that name' : `a ${other.kind} of that name`
  throw new TargetError(`Expected a table \`${schema}.${name}\`, got ${got}. Schema \`${schema}\` has ${there}.`)
}

/**
 * The same of all tables of a schema.
 *
 * @throws TargetError for a schema that is not there, or has no tables
 */
export async function readWholeSchema(client: DatabaseClient, schema: string): Promise<InspectedTables> {
  const content = await (await openSchemaReader(client)).content(schema)
  if (!content || content.tables.length === 0) {
    const got = content === undefined ? 'none of that name' : 'one without tables'
    throw new TargetError(`Expected a schema \`${schema}\` with tables, got ${got}. Name another one.`)
  }
  const { tables } = await readTables(
    client,
    content.tables.map((name) => ({ schema, name })),
  )
  return { tables, schema, others: content.others }
}

/** Whether a name without a schema means one: there is no such table in the schema of the connection. */
export async function isSchema(client: DatabaseClient, name: string, near: string): Promise<boolean> {
  const reader = await openSchemaReader(client)
  const content = await reader.content(near)
  if (content && [...content.tables, ...content.others.map((other) => other.name)].includes(name)) return false
  return (await reader.content(name)) !== undefined
}

/**
 * Drafts a module that defines tables like these.
 *
 * @param without tables of a schema that are known not to stream as they are drafted
 * @throws TargetError for a table that was named and that no stream can write to
 */
export function draftOf(
  { tables, schema, others }: InspectedTables,
  language: Language = 'ts',
  without: readonly LeftOut[] = [],
): string {
  if (schema === undefined) return draftModule(tables, language)
  const skipped = others.map(({ name, kind }) => `\`${name}\` is skipped: it is a ${kind}.`)
  return schemaText(schema, draftSchema(tables, without), skipped, language)
}

/** Reads tables of one schema and drafts a module. */
export async function inspectTables(
  client: DatabaseClient,
  names: readonly TableName[],
  language: Language = 'ts',
): Promise<string> {
  return draftOf(await readTables(client, names), language)
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
