import type { Column, ColumnType } from '../../tables/column.js'

/** A column's type in MySQL, and its number in `java.sql.Types`, as Canal names both. */
export interface CanalType {
  readonly mysql: string
  readonly sql: number
}

const types: Readonly<Record<Exclude<ColumnType, `numeric(${string}`>, CanalType>> = {
  int2: { mysql: 'smallint', sql: 5 },
  int4: { mysql: 'int', sql: 4 },
  int8: { mysql: 'bigint', sql: -5 },
  // A TEXT is a BLOB in the binary log; Canal makes it a CLOB.
  text: { mysql: 'text', sql: 2005 },
  bool: { mysql: 'tinyint(1)', sql: -6 },
  date: { mysql: 'date', sql: 91 },
}

export function canalType({ type }: Column): CanalType {
  if (type in types) return types[type as keyof typeof types]
  return { mysql: type.replace('numeric', 'decimal'), sql: 3 }
}
