/** The words of a message that end with a zero byte; what is cut off counts as a word. */
export interface ZeroEnded {
  readonly bytes: Buffer
  /** Where the next field begins. */
  readonly end: number
  /** Whether the message was cut within it. */
  readonly isCut: boolean
}

/** Reads a word that ends with a zero byte. */
export function zeroEnded(message: Buffer, at: number): ZeroEnded {
  const zero = message.indexOf(0, at)
  const end = zero === -1 ? message.length : zero
  return { bytes: message.subarray(at, end), end: Math.min(end + 1, message.length), isCut: zero === -1 }
}

/** Where the fields of a typed message begin: behind its letter and length. */
export const FIELDS = 5

/** The rows that a CommandComplete counts, 0 if it counts none: `INSERT 0 5`, `COPY 5`, `SELECT 5`. */
export function rowsOf(tag: string): number {
  return Number(/ (\d+)$/.exec(tag)?.[1] ?? 0)
}
