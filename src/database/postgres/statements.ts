import type { Column } from '../../tables/column.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import type { Emptying } from '../client.js'
import { escapeIdentifier, escapeLiteral, qualifiedName } from './quote.js'

export interface TableStatements {
  /** COPY text follows. */
  readonly insert: string
  /** Takes an array for the key and for every recomputed column. */
  readonly update: string
  /** Takes an array of keys. */
  readonly delete: string
  /** Takes an array of keys, gives those that are there, each as often as it is. */
  readonly keys: string
}

/** All columns of a table, cast to the types of the definition so that their texts are the canonical ones. */
export function columnList(definition: TableDefinition): string {
  return definition.columns.map(({ name, type }) => `${escapeIdentifier(name)}::${type}`).join(', ')
}

export function tableStatements(definition: TableDefinition, schema: string): TableStatements {
  const table = qualifiedName(schema, definition.name)
  const key = escapeIdentifier(definition.key)
  const recomputed = definition.columns.filter((column) => column.recomputed)
  const arrays = ['int8', ...recomputed.map(({ type }) => (isArray(type) ? 'text' : type))].map(
    (type, i) => `$${i + 1}::${type}[]`,
  )
  const names = ['key', ...recomputed.map((_, i) => `c${i}`)]
  const settings = recomputed.map((column, i) => {
    const cast = column.enumType === undefined && !isArray(column.type) ? '' : `::${storedType(column, schema)}`
    return `${escapeIdentifier(column.name)} = new.c${i}${cast}`
  })
  return {
    insert: `COPY ${table} (${definition.columns.map(({ name }) => escapeIdentifier(name)).join(', ')}) FROM STDIN`,
    update:
      `UPDATE ${table} AS old SET ${settings.join(', ')} ` +
      `FROM unnest(${arrays.join(', ')}) AS new (${names.join(', ')}) ` +
      // Says the same twice: by the join alone, a hash join or a merge join reads the whole table.
      `WHERE old.${key} = new.key AND old.${key} = ANY ($1::int8[])`,
    delete: `DELETE FROM ${table} WHERE ${key} = ANY ($1::int8[])`,
    keys: `SELECT ${key}::text AS key FROM ${table} WHERE ${key} = ANY ($1::int8[])`,
  }
}

/** The type that a column has in the database, as SQL. */
export function storedType({ type, enumType }: Column, schema: string): string {
  return enumType === undefined ? type : `${escapeIdentifier(schema)}.${escapeIdentifier(enumType)}`
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
