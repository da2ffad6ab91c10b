import type { Pool } from 'pg'

/** A transaction of the log. It comes when it is committed, as a whole. */
export interface Transaction {
  /** Where its first change stands in the log, and where its COMMIT. */
  readonly begin: bigint
  readonly commit: bigint
  /** What the log says of it, with BEGIN and COMMIT. */
  readonly lines: readonly string[]
}

/** All that a slot of `test_decoding` has not been told to be done. Asked again, it tells all of it again. */
export async function readLog(pool: Pool, slot: string): Promise<readonly Transaction[]> {
  const { rows } = await pool.query<{ position: string; data: string }>(
    `SELECT lsn - '0/0' AS position, data FROM pg_logical_slot_peek_changes($1, NULL, NULL)`,
    [slot],
  )
  const transactions: Transaction[] = []
  let begin = 0n
  let lines: string[] = []
  for (const { position, data } of rows) {
    if (data.startsWith('BEGIN')) [begin, lines] = [BigInt(position), []]
    lines.push(data)
    if (data.startsWith('COMMIT')) transactions.push({ begin, commit: BigInt(position), lines })
  }
  return transactions
}
