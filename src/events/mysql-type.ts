import type { CanalType } from '../tables/types/cell-type.js'
import { typeOf } from '../tables/types/cell-types.js'

/** What MySQL has no type for is a text there. A TEXT is a BLOB in the binary log; Canal makes it a CLOB. */
const TEXT: CanalType = { mysql: 'text', sql: 2005 }

/** The type of a definition's column in MySQL. */
export function mysqlTypeOf(type: string): CanalType {
  return typeOf(type).canal?.(type) ?? TEXT
}
