import type { Pool } from 'pg'
import { tables } from './sink-database.js'

/** Rows that a table of the sink lacks, and has beside those of the source. */
export interface ByHand {
  readonly missing: number
  readonly extra: number
}

/** A query that has the same columns, of the same types, at both ends. */
export interface Compared {
  readonly source: string
  readonly sink?: string
}

/** The tables of the stream, where the sink has them as they are. */
export const wholeTables: readonly Compared[] = tables.map((table) => ({ source: `SELECT * FROM ${table}` }))

/** A database of PostgreSQL, or what gives its rows as PostgreSQL writes them. */
type RowSource = Pool | ((sql: string) => Promise<readonly string[]>)

// #region by-hand
/** Compares both ends at rest by SQL alone, without a matcher: EXCEPT ALL both ways, of rows as texts. */
export async function compareByHand(source: RowSource, sink: Pool, queries: readonly Compared[]): Promise<ByHand> {
  let [missing, extra] = [0, 0]
  for (const query of queries) {
    const rows = await rowsOf(source, query.source)
    const there = `SELECT q::text FROM (${query.sink ?? query.source}) AS q`
    const counted = await sink.query<{ missing: number; extra: number }>(
      `SELECT (SELECT count(*)::int FROM (SELECT unnest($1::text[]) EXCEPT ALL ${there}) AS d) AS missing,
              (SELECT count(*)::int FROM (${there} EXCEPT ALL SELECT unnest($1::text[])) AS d) AS extra`,
      [rows],
    )
    missing += counted.rows[0]!.missing
    extra += counted.rows[0]!.extra
  }
  return { missing, extra }
}

async function rowsOf(source: RowSource, sql: string): Promise<readonly string[]> {
  if (typeof source === 'function') return source(sql)
  const { rows } = await source.query<{ row: string }>(`SELECT q::text AS row FROM (${sql}) AS q`)
  return rows.map(({ row }) => row)
}
// #endregion by-hand
