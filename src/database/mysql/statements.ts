import { TableKey } from '../../tables/keys/table-key.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { storedType } from './column-types.js'
import { keyRows } from './key-sql.js'
import { quoteName, tableName } from './quote.js'

/** What changes a table. */
export interface TableStatements {
  /** Reads rows in the text format of COPY, which is MySQL's own as well. */
  readonly load: string
  /** The beginning of an INSERT of many rows. */
  readonly insert: string
  /** One row of it, of the texts of its cells as SQL. */
  readonly values: (texts: readonly string[]) => string
  /** Takes the keys, each with what is set, as JSON. */
  readonly update: string
  /** Takes the keys as JSON. */
  readonly delete: string
}

export function tableStatements(definition: TableDefinition, database: string): TableStatements {
  const { columns } = definition
  const key = new TableKey(definition)
  const table = tableName(database, definition.name)
  const stored = columns.map((column, index) => storedType(column, key.has(index), definition.name))
  const names = columns.map(({ name }) => quoteName(name))
  const own = (index: number, text: string): string => stored[index]!.ofText?.(text) ?? text

  const read = names.map((name, index) => (stored[index]!.ofText ? `@v${index}` : name))
  const set = names.flatMap((name, index) => (stored[index]!.ofText ? [`${name} = ${own(index, `@v${index}`)}`] : []))
  const recomputed = columns.flatMap((column, index) => (column.recomputed ? [index] : []))
  const setting = keyRows(
    key,
    recomputed.map((index) => stored[index]!.passed ?? 'varchar(80) CHARACTER SET utf8mb4'),
  )
  const updated = recomputed.map((index, place) => `old.${names[index]} = ${own(index, `given.c${place}`)}`)
  const { from, found } = keyRows(key)
  return {
    load:
      `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${table} CHARACTER SET utf8mb4 ` +
      `FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (${read.join(', ')})` +
      (set.length > 0 ? ` SET ${set.join(', ')}` : ''),
    insert: `INSERT INTO ${table} (${names.join(', ')}) VALUES`,
    values: (texts) => `(${texts.map((text, index) => own(index, text)).join(', ')})`,
    update: `UPDATE ${setting.from} STRAIGHT_JOIN ${table} AS old ON ${setting.found} SET ${updated.join(', ')}`,
    delete: `DELETE old FROM ${from} STRAIGHT_JOIN ${table} AS old ON ${found}`,
  }
}
