import type { TableDefinition } from '../../tables/table-definition.js'
import type { Emptying } from '../client.js'
import { TableKey } from '../../tables/keys/table-key.js'
import { keyArrayTypes, keyRows } from './key-sql.js'
import { escapeIdentifier, escapeLiteral, qualifiedName } from './quote.js'
import { storedType } from './stored-type.js'

export interface TableStatements {
  /** COPY text follows. */
  readonly insert: string
  /** Takes an array for every column of the key, and for every recomputed column. */
  readonly update: string
  /** Takes an array for every column of the key. */
  readonly delete: string
  /** Takes the same, gives the keys that are there, each as often as it is, a text for each column. */
  readonly keys: string
}

/** All columns of a table, cast to the types of the definition so that their texts are the canonical ones. */
export function columnList(definition: TableDefinition): string {
  return definition.columns.map(({ name, type }) => `${escapeIdentifier(name)}::${type}`).join(', ')
}

export function tableStatements(
  definition: TableDefinition,
  schema: string,
  enumSchema: string = schema,
): TableStatements {
  const table = qualifiedName(schema, definition.name)
  const key = new TableKey(definition)
  const columns = key.parts.map(({ name }) => escapeIdentifier(name))
  const keyArrays = keyArrayTypes(key, enumSchema).map((type, i) => `$${i + 1}::${type}`)
  const recomputed = definition.columns.filter((column) => column.recomputed)
  const arrays = recomputed.map(({ type }, i) => `$${keyArrays.length + i + 1}::${isArray(type) ? 'text' : type}[]`)
  const [first, ...others] = columns
  const only = others.length === 0
  const added = recomputed.map((_, i) => `c${i}`)
  const source = (more: readonly string[], names: readonly string[]): string =>
    keyRows(key, [...keyArrays, ...more], 'new', names)
  const joined = columns.map((column, i) => `old.${column} = new.k${i}`).join(' AND ')
  // Says the same twice: by the join alone, a hash join or a merge join reads the whole table.
  const found = only ? `${joined} AND old.${first} = ANY (${keyArrays[0]})` : joined
  const settings = recomputed.map((column, i) => {
    const cast = column.enumType === undefined && !isArray(column.type) ? '' : `::${storedType(column, enumSchema)}`
    return `${escapeIdentifier(column.name)} = new.c${i}${cast}`
  })
  return {
    insert: `COPY ${table} (${definition.columns.map(({ name }) => escapeIdentifier(name)).join(', ')}) FROM STDIN`,
    update: `UPDATE ${table} AS old SET ${settings.join(', ')} FROM ${source(arrays, added)} WHERE ${found}`,
    delete: only
      ? `DELETE FROM ${table} WHERE ${first} = ANY (${keyArrays[0]})`
      : `DELETE FROM ${table} AS old USING ${source([], [])} WHERE ${found}`,
    keys:
      `SELECT ARRAY[${columns.map((column) => `old.${column}::text`).join(', ')}] AS key FROM ${table} AS old` +
      (only ? ` WHERE ${first} = ANY (${keyArrays[0]})` : `, ${source([], [])} WHERE ${found}`),
  }
}

/** `unnest` takes apart arrays of arrays down to their last items, so that they are sent as texts. */
function isArray(type: string): boolean {
  return type.endsWith('[]')
}

/** Empties tables, in the transaction in which they are sent together. */
export function emptyingStatements({ schema, tables, wholeSchema, reset, patience }: Emptying): readonly string[] {
  return [
    `SET LOCAL lock_timeout = ${Math.max(1, Math.ceil(patience))}`,
    wholeSchema ? truncateSchema(schema) : `TRUNCATE ${tables.map((table) => qualifiedName(schema, table)).join(', ')}`,
    ...(reset.length > 0 ? [`SET LOCAL search_path = ${escapeIdentifier(schema)}`] : []),
    ...reset.map((sql) => sql.replace(/[;\s]+$/, '')),
  ]
}

function truncateSchema(schema: string): string {
  // Not between dollars, which a name may hold as well.
  return `DO ${escapeLiteral(`BEGIN EXECUTE (
    SELECT 'TRUNCATE ' || string_agg(format('%I.%I', n.nspname, c.relname), ', ') || ' RESTART IDENTITY'
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ${escapeLiteral(schema)} AND c.relkind IN ('r', 'p'));
  END`)}`
}
