import { isDeepStrictEqual } from 'node:util'
import type { Pool } from 'pg'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { COPIES } from '../src/sink-tables.js'

/** The rows of both tables, as texts that are equal when the rows are. */
export type Rows = ReadonlySet<string>

const texts = (table: string, rows: Iterable<Readonly<Record<string, unknown>>>): string[] =>
  Array.from(rows, (row) => `${table} ${JSON.stringify(row)}`)

/** Both copies, as they were at one moment. */
export async function readCopies(pool: Pool): Promise<Rows> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    const all: string[] = []
    for (const [table, copy] of Object.entries(COPIES)) {
      const { rows } = await client.query<Record<string, unknown>>(`SELECT * FROM ${copy}`)
      all.push(...texts(table, rows))
    }
    await client.query('COMMIT')
    return new Set(all)
  } finally {
    client.release()
  }
}

/** What both tables held after a commit; the last one unless told otherwise. */
export function sourceAt({ ledger }: CdcStream, commit?: number): Rows {
  const state = ledger.at(commit)
  return new Set(Object.keys(COPIES).flatMap((table) => texts(table, state.rows(table))))
}

/** The commit that explains both copies, or undefined if there is none: then the sink has torn a transaction. */
export function explainingCommit(stream: CdcStream, copies: Rows): number | undefined {
  const { ledger } = stream
  for (let commit = ledger.commit; commit >= 0; commit--) {
    const state = ledger.at(commit)
    const count = Object.keys(COPIES).reduce((sum, table) => sum + state.count(table), 0)
    if (count === copies.size && isDeepStrictEqual(sourceAt(stream, commit), copies)) return commit
  }
  return undefined
}
