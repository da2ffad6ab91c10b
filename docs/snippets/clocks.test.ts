import type { Pool } from 'pg'
import { expect } from 'vitest'
import { defineTable, Random, type TableDefinition, withCdcStream } from 'vitest-cloudberry-cdc'
import { expectPlace } from './support/expect-place.js'
import { shortened } from './support/shortened.js'

type Clock = Omit<NonNullable<TableDefinition['clock']>, 'column'>

// #region table
const items = defineTable({
  name: 'items',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'price', type: 'numeric(8,2)', nullable: false, recomputed: true },
    { name: 'updated_at', type: 'timestamptz', nullable: false },
  ],
  clock: { column: 'updated_at' }, // `fill` leaves it alone
  rows({ seed }) {
    const random = new Random(seed, 'items')
    return {
      fill(cells, number, version) {
        cells[1] = random.at(number, version).between(1, 99_999)
      },
    }
  },
})
// #endregion table

// #region job
/** Copies what was changed since the newest change that the copy has. */
async function copyNewer(pool: Pool, newer: string): Promise<void> {
  const { rows } = await pool.query(`SELECT coalesce(max(updated_at), '-infinity')::text AS mark FROM items_copy`)
  await pool.query(
    `INSERT INTO items_copy SELECT * FROM items WHERE ${newer}
       ON CONFLICT (id) DO UPDATE SET price = excluded.price, updated_at = excluded.updated_at`,
    [rows[0].mark],
  )
}
// #endregion job

/** Wrong with any clock: what is committed between its statements is below its mark. */
async function copyByAnotherSnapshot(pool: Pool): Promise<void> {
  await pool.query(
    `INSERT INTO items_copy SELECT * FROM items WHERE updated_at > (SELECT at FROM mark)
       ON CONFLICT (id) DO UPDATE SET price = excluded.price, updated_at = excluded.updated_at`,
  )
  await pool.query('UPDATE mark SET at = (SELECT max(updated_at) FROM items)')
}

/** Takes windows that are closed at their end: as if no commit could come that has the stamp of the end. */
async function copyWindow(pool: Pool): Promise<void> {
  const { rows } = await pool.query('SELECT max(updated_at)::text AS till FROM items')
  await pool.query(
    `INSERT INTO items_copy SELECT * FROM items WHERE updated_at > (SELECT at FROM mark) AND updated_at <= $1
       ON CONFLICT (id) DO UPDATE SET price = excluded.price, updated_at = excluded.updated_at`,
    [rows[0].till],
  )
  await pool.query('UPDATE mark SET at = $1', [rows[0].till])
}

const NEWER = 'updated_at > $1'
const AS_NEW = 'updated_at >= $1'
/** Goes back as far as a commit can be late, or a clock behind. */
const MARGIN = `updated_at >= $1::timestamptz - interval '1 minute'`

const ddl = [
  'CREATE TABLE items_copy (LIKE items INCLUDING ALL)',
  'CREATE TABLE mark (at timestamptz NOT NULL)',
  `INSERT INTO mark VALUES ('-infinity')`,
]

interface Watermark {
  readonly job: (pool: Pool) => Promise<void>
  readonly clock?: Clock
  readonly lateCommit?: number
  /** Whether the commit at a place is one whose stamp is behind. */
  readonly late?: boolean
  /** How the statement begins at which it is wrong; none for a job that is right. */
  readonly wrong?: RegExp
  readonly told?: string
}

/** Explores a job that remembers how far it came: what one run misses, the next has to bring. */
function watermark(name: string, { job: run, clock = {}, lateCommit = 0, late = false, wrong, told }: Watermark): void {
  const test = withCdcStream({
    seed: 11,
    tables: [{ ...items, clock: { column: 'updated_at', ...clock } }],
    batches: 60,
    batchSize: 20,
    ratio: { insert: 60, update: 40 },
    lateCommit,
    ddl,
  })
  test(name, { timeout: 150_000 }, async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const exploration = explore(
      async () => {
        await run(job.pool)
        await run(job.pool)
        const { rows } = await cdcStream.read(async () => {
          await run(job.pool)
          return pool.query('SELECT * FROM items_copy')
        })
        expect(rows).toMatchCommit(cdcStream.table('items'))
      },
      { late },
    )
    const message = await expectPlace(exploration, wrong)
    if (told !== undefined) await expect(shortened(message ?? 'passed')).toMatchFileSnapshot(`output/${told}.txt`)
  })
}

{
  // #region explore
  const test = withCdcStream({
    tables: [{ ...items, clock: { column: 'updated_at', order: 'begin' } }],
    batchSize: 20,
    ratio: { insert: 60, update: 40 },
    lateCommit: 0.5, // transactions that are committed late, with the stamp of their begin
    ddl: 'CREATE TABLE items_copy (LIKE items INCLUDING ALL)',
  })

  test('wherever a commit with an older stamp falls', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const newer = `updated_at >= $1::timestamptz - interval '1 minute'`
    await explore(
      async () => {
        await copyNewer(job.pool, newer)
        await copyNewer(job.pool, newer) // the commit falls before, into or after this run
        const { rows } = await cdcStream.read(async () => {
          await copyNewer(job.pool, newer) // and the next one has to bring it
          return pool.query('SELECT * FROM items_copy')
        })
        expect(rows).toMatchCommit(cdcStream.table('items'))
      },
      { late: true },
    )
  })
  // #endregion explore
}

watermark('in the order of the commits, what is newer is all', { job: (pool) => copyNewer(pool, NEWER) })
watermark('a mark of another snapshot', { job: copyByAnotherSnapshot, wrong: /^UPDATE mark/ })

watermark('several commits with one stamp', {
  job: (pool) => copyNewer(pool, NEWER),
  clock: { resolution: 10 },
  wrong: /^SELECT coalesce/,
  told: 'clock-tie',
})
watermark('several commits with one stamp, and a window that ends with it', {
  job: copyWindow,
  clock: { resolution: 10 },
  wrong: /^INSERT|^SELECT max|^UPDATE mark/,
})
watermark('several commits with one stamp, taken once more', {
  job: (pool) => copyNewer(pool, AS_NEW),
  clock: { resolution: 10 },
})

const lateCommit = 0.5
watermark('a commit that is stamped when it began', {
  job: (pool) => copyNewer(pool, AS_NEW),
  clock: { order: 'begin' },
  lateCommit,
  late: true,
  wrong: /^SELECT coalesce/,
  told: 'clock-late',
})
watermark('a clock that steps back', {
  job: (pool) => copyNewer(pool, AS_NEW),
  clock: { order: 'jitter' },
  late: true,
  wrong: /^SELECT coalesce/,
})
watermark('a clock that steps back, and a margin', {
  job: (pool) => copyNewer(pool, MARGIN),
  clock: { order: 'jitter' },
  late: true,
})
