/** The bytes of an integer as Kafka Connect's Decimal has them, as short as they can be: two's complement, in base64. */
export function connectDecimal(unscaled: bigint): string {
  const bytes: number[] = []
  let rest = unscaled
  do {
    bytes.unshift(Number(rest & 0xffn))
    rest >>= 8n
  } while (rest !== 0n && rest !== -1n)
  // The first bit is the sign.
  const isNegative = bytes[0]! >= 0x80
  if (isNegative && unscaled >= 0n) bytes.unshift(0)
  if (!isNegative && unscaled < 0n) bytes.unshift(0xff)
  return Buffer.from(bytes).toString('base64')
}
