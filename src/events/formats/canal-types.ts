import type { Column } from '../../tables/column.js'
import { isScaled } from '../../tables/scaled-number.js'

/** A column's type in MySQL, and its number in `java.sql.Types`, as Canal names both. */
export interface CanalType {
  readonly mysql: string
  readonly sql: number
}

/** What MySQL has no type for is a text there. A TEXT is a BLOB in the binary log; Canal makes it a CLOB. */
const TEXT: CanalType = { mysql: 'text', sql: 2005 }

const types: Readonly<Record<string, CanalType>> = {
  int2: { mysql: 'smallint', sql: 5 },
  int4: { mysql: 'int', sql: 4 },
  int8: { mysql: 'bigint', sql: -5 },
  text: TEXT,
  bool: { mysql: 'tinyint(1)', sql: -6 },
  date: { mysql: 'date', sql: 91 },
  float4: { mysql: 'float', sql: 7 },
  float8: { mysql: 'double', sql: 8 },
  numeric: { mysql: 'decimal(65,30)', sql: 3 },
  time: { mysql: 'time(6)', sql: 92 },
  timestamp: { mysql: 'datetime(6)', sql: 93 },
  timestamptz: { mysql: 'timestamp(6)', sql: 93 },
  uuid: { mysql: 'char(36)', sql: 1 },
  bytea: { mysql: 'blob', sql: 2004 },
  json: { mysql: 'json', sql: 12 },
  jsonb: { mysql: 'json', sql: 12 },
}

export function canalType({ type }: Column): CanalType {
  if (isScaled(type)) return { mysql: type.replace('numeric', 'decimal'), sql: 3 }
  const [, name = type, precision] = /^(time|timestamp|timestamptz)\((\d)\)$/.exec(type) ?? []
  const known = types[name]
  if (!known) return TEXT
  return precision === undefined ? known : { ...known, mysql: known.mysql.replace('6', precision) }
}
