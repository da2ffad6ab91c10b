import type { TableDefinition } from '../../tables/table-definition.js'
import { TableKey } from '../../tables/keys/table-key.js'
import { keyArrayType } from './key-sql.js'
import { escapeIdentifier, qualifiedName } from './quote.js'
import { storedType } from './stored-type.js'

/** The statements that change one table. */
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

export function tableStatements(definition: TableDefinition, schema: string): TableStatements {
  const table = qualifiedName(schema, definition.name)
  const key = new TableKey(definition)
  const columns = key.parts.map(({ name }) => escapeIdentifier(name))
  const keyArrays = key.parts.map((part, i) => `$${i + 1}::${keyArrayType(part, schema)}`)
  const recomputed = definition.columns.filter((column) => column.recomputed)
  const arrays = recomputed.map(({ type }, i) => `$${keyArrays.length + i + 1}::${isArray(type) ? 'text' : type}[]`)
  const keyAliases = columns.length === 1 ? ['key'] : columns.map((_, i) => `k${i}`)
  const names = [...keyAliases, ...recomputed.map((_, i) => `c${i}`)]
  // Says the same twice: by the join alone, a hash join or a merge join reads the whole table.
  const among = (alias: string): string =>
    columns.map((column, i) => `${alias}${column} = ANY (${keyArrays[i]})`).join(' AND ')
  const joined = columns.map((column, i) => `old.${column} = new.${keyAliases[i]}`).join(' AND ')
  const only = columns.length === 1
  const source = `unnest(${keyArrays.join(', ')}) AS new (${keyAliases.join(', ')})`
  const settings = recomputed.map((column, i) => {
    const cast = column.enumType === undefined && !isArray(column.type) ? '' : `::${storedType(column, schema)}`
    return `${escapeIdentifier(column.name)} = new.c${i}${cast}`
  })
  return {
    insert: `COPY ${table} (${definition.columns.map(({ name }) => escapeIdentifier(name)).join(', ')}) FROM STDIN`,
    update:
      `UPDATE ${table} AS old SET ${settings.join(', ')} ` +
      `FROM unnest(${[...keyArrays, ...arrays].join(', ')}) AS new (${names.join(', ')}) ` +
      `WHERE ${joined} AND ${among('old.')}`,
    delete: only
      ? `DELETE FROM ${table} WHERE ${among('')}`
      : `DELETE FROM ${table} AS old USING ${source} WHERE ${joined} AND ${among('old.')}`,
    keys:
      `SELECT ARRAY[${columns.map((column) => `old.${column}::text`).join(', ')}] AS key FROM ${table} AS old` +
      (only ? ` WHERE ${among('old.')}` : `, ${source} WHERE ${joined} AND ${among('old.')}`),
  }
}

/** `unnest` takes apart arrays of arrays down to their last items, so that they are sent as texts. */
function isArray(type: string): boolean {
  return type.endsWith('[]')
}
