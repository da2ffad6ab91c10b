/** A position in the write-ahead log, as a number: texts such as `0/9F3A58` do not sort. */
export function toPosition(lsn: string): bigint {
  const [upper = '0', lower = '0'] = lsn.split('/')
  return (BigInt(`0x${upper}`) << 32n) | BigInt(`0x${lower}`)
}

/** The text that PostgreSQL takes for a position. */
export function toLsn(position: bigint): string {
  return `${(position >> 32n).toString(16)}/${(position & 0xffffffffn).toString(16)}`.toUpperCase()
}
