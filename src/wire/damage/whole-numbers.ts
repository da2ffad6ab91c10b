import type { BindValue } from '../protocol/bind-values.js'

/** int8, int2, int4, by their number in a catalog: what a client that sends binary numbers calls their types. */
const INTEGERS: ReadonlySet<number> = new Set([20, 21, 23])

/**
 * A parameter that is one more or less.
 *
 * @param type Its number, if the client has said it; a text needs none
 * @returns undefined where it is no whole number, or none of its type afterwards
 */
export function moved({ bytes, isBinary }: BindValue, type: number | undefined, by: number): Buffer | undefined {
  if (!bytes) return undefined
  if (!isBinary) {
    const text = bytes.length <= 19 ? bytes.toString('latin1') : ''
    return /^-?\d{1,18}$/.test(text) ? Buffer.from(String(BigInt(text) + BigInt(by))) : undefined
  }
  if (type === undefined || !INTEGERS.has(type)) return undefined
  const next = Buffer.alloc(bytes.length)
  try {
    if (bytes.length === 8) next.writeBigInt64BE(bytes.readBigInt64BE() + BigInt(by))
    else next.writeIntBE(bytes.readIntBE(0, bytes.length) + by, 0, bytes.length)
  } catch {
    return undefined
  }
  return next
}
