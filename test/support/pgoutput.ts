/** A change as pgoutput reports it; column values as texts. */
export interface DecodedChange {
  readonly kind: 'insert' | 'update' | 'delete'
  readonly table: string
  readonly before: (string | null)[] | undefined
  readonly after: (string | null)[] | undefined
}

/**
 * Reads messages of pgoutput, protocol version 1, with REPLICA IDENTITY FULL
 * (https://www.postgresql.org/docs/14/protocol-logicalrep-message-formats.html), independently of the code under test.
 */
export function decodeTransactions(messages: readonly Buffer[]): DecodedChange[][] {
  const relations = new Map<number, string>()
  const transactions: DecodedChange[][] = []
  for (const message of messages) {
    const type = String.fromCharCode(message[0]!)
    if (type === 'B') transactions.push([])
    if (type === 'R') {
      const namespaceEnd = message.indexOf(0, 5)
      relations.set(
        message.readUInt32BE(1),
        message.toString('utf8', namespaceEnd + 1, message.indexOf(0, namespaceEnd + 1)),
      )
    }
    const kind = ({ I: 'insert', U: 'update', D: 'delete' } as const)[type]
    if (!kind) continue
    const tuples = readTuples(message)
    transactions
      .at(-1)!
      .push({ kind, table: relations.get(message.readUInt32BE(1))!, before: tuples['O'], after: tuples['N'] })
  }
  return transactions.filter(({ length }) => length > 0)
}

function readTuples(message: Buffer): Partial<Record<string, (string | null)[]>> {
  const tuples: Partial<Record<string, (string | null)[]>> = {}
  let at = 5
  while (at < message.length) {
    const kind = String.fromCharCode(message[at]!)
    const columns = message.readUInt16BE(at + 1)
    const values: (string | null)[] = []
    at += 3
    for (let column = 0; column < columns; column++) {
      const isText = message[at] === 't'.charCodeAt(0)
      at += 1
      if (!isText) {
        values.push(null)
        continue
      }
      const length = message.readUInt32BE(at)
      values.push(message.toString('utf8', at + 4, at + 4 + length))
      at += 4 + length
    }
    tuples[kind] = values
  }
  return tuples
}
