import { escapeIdentifier, Pool } from 'pg'

/** A job that brings its tables up to date with the sources, in the schema of a test. */
export type Job = (pool: Pool) => Promise<unknown>

/** The tables that a job reads, with their key columns. */
export type Sources = Readonly<Record<string, string>>

export function doNothing(_right: Job): Job {
  return async () => {}
}

export function copyOnce(right: Job): Job {
  const done = new WeakSet<Pool>()
  return async (pool) => {
    if (done.has(pool)) return
    done.add(pool)
    await right(pool)
  }
}

/** Runs the right job on the sources as they were at its last run. */
export function runBehind(right: Job, sources: Sources): Job {
  return async (pool) => {
    const shadows = await openShadows(pool, sources)
    await runOn(shadows, pool, right)
    await fill(shadows, pool, (shadow, table) => `DELETE FROM ${shadow}; INSERT INTO ${shadow} SELECT * FROM ${table}`)
  }
}

/** Runs the right job on sources from which nothing is ever deleted. */
export function forgetDeletes(right: Job, sources: Sources): Job {
  return async (pool) => {
    const shadows = await openShadows(pool, sources)
    await fill(shadows, pool, upsert)
    await runOn(shadows, pool, right)
  }
}

/** Brings rows into a copy, and leaves there what the table has no more. */
export function upsert(copy: string, table: string, key: string): string {
  return `DELETE FROM ${copy} WHERE ${key} IN (SELECT ${key} FROM ${table}); INSERT INTO ${copy} SELECT * FROM ${table}`
}

/** Tables of the same names as the sources, in a schema that a session finds first. */
interface Shadows {
  readonly own: string
  readonly schema: string
  readonly sources: Sources
}

async function openShadows(pool: Pool, sources: Sources): Promise<Shadows> {
  const { rows } = await pool.query<{ own: string }>('SELECT current_schema() AS own')
  const { own } = rows[0]!
  const shadows = { own: escapeIdentifier(own), schema: escapeIdentifier(`${own}_shadow`), sources }
  await pool.query(`CREATE SCHEMA IF NOT EXISTS ${shadows.schema}`)
  for (const table of Object.keys(sources)) {
    await pool.query(`CREATE TABLE IF NOT EXISTS ${shadows.schema}.${table} (LIKE ${shadows.own}.${table})`)
  }
  return shadows
}

/** Fills the shadows as the sources were at one moment. */
async function fill(
  { own, schema, sources }: Shadows,
  pool: Pool,
  statement: (shadow: string, table: string, key: string) => string,
): Promise<void> {
  const statements = Object.entries(sources).map(([table, key]) =>
    statement(`${schema}.${table}`, `${own}.${table}`, key),
  )
  await pool.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; ${statements.join('; ')}; COMMIT`)
}

async function runOn({ own, schema }: Shadows, pool: Pool, right: Job): Promise<void> {
  const { options } = pool
  // The password of a pool's options is not enumerable. `verify` sets the search path of the test.
  const session = {
    ...options,
    password: options.password,
    options: `-c search_path=${schema},${own}`,
    verify: undefined,
    max: 1,
  }
  const shadowed = new Pool(session)
  try {
    await right(shadowed)
  } finally {
    await shadowed.end()
  }
}
