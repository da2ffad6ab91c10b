import type { Cell } from '../../tables/column.js'
import { arrayText } from '../../tables/types/array.js'

const DAY_MILLISECONDS = 86_400_000
/** Days from 1970 to 2000, from which PostgreSQL counts. */
const EPOCH_DAYS = 10_957

/** How an item stands in a binary array; the number is that of its type (https://github.com/postgres/postgres/blob/REL_14_STABLE/src/include/catalog/pg_type.dat). */
interface BinaryItem {
  readonly oid: number
  readonly bytes: number
  readonly write: (to: Buffer, at: number, cell: NonNullable<Cell>) => void
}

const ITEMS: Readonly<Record<string, BinaryItem>> = {
  int2: { oid: 21, bytes: 2, write: (to, at, cell) => to.writeInt16BE(Number(cell), at) },
  int4: { oid: 23, bytes: 4, write: (to, at, cell) => to.writeInt32BE(Number(cell), at) },
  int8: { oid: 20, bytes: 8, write: (to, at, cell) => to.writeBigInt64BE(BigInt(cell), at) },
  date: {
    oid: 1082,
    bytes: 4,
    write: (to, at, cell) => to.writeInt32BE(Date.parse(`${cell}`) / DAY_MILLISECONDS - EPOCH_DAYS, at),
  },
  uuid: { oid: 2950, bytes: 16, write: (to, at, cell) => to.write(`${cell}`.replaceAll('-', ''), at, 'hex') },
}

/**
 * An array parameter of the keys of a column: in binary where the type has a form of a fixed length, which saves the server
 * an eighth of a DELETE by uuid, else as text.
 *
 * @param cells none is NULL
 */
export function keyArray(type: string, cells: readonly Cell[]): Buffer | string {
  const item = ITEMS[type]
  if (!item) return arrayText(cells)
  // Dimensions, NULLs, type; length and lower bound of the one dimension.
  const header = [1, 0, item.oid, cells.length, 1]
  const array = Buffer.alloc(4 * header.length + cells.length * (4 + item.bytes))
  header.forEach((value, index) => array.writeInt32BE(value, 4 * index))
  cells.forEach((cell, index) => {
    const at = 4 * header.length + index * (4 + item.bytes)
    array.writeInt32BE(item.bytes, at)
    item.write(array, at + 4, cell!)
  })
  return array
}
