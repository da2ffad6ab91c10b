import fc from 'fast-check'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { createCdcStream, type MutationResult, openJob } from '../../src/index.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { useClient, useSchema } from '../support/server.js'

/*
 * Jobs put together of steps, each on a table of its own, so that what a damage does to a step says what its test has to notice. The
 * verdicts are written by hand below. The test of each job compares all tables: it is right, and so may miss nothing.
 */

type Way = 'simple' | 'extended' | 'prepared'
type Run = (sql: string, values?: readonly number[]) => Promise<readonly { readonly n: number }[]>

/** What is done to a table, which has the rows 1 to 6 with v = 0 and beside it an empty one, `_copy`. */
const STEPS = {
  append: (table, run) => run(`INSERT INTO ${table} SELECT max(n) + 1 FROM ${table}`),
  set: (table, run) => run(`UPDATE ${table} SET v = 5`),
  raise: (table, run) => run(`UPDATE ${table} SET v = v + 1`),
  empty: (table, run) => run(`DELETE FROM ${table}`),
  cut: (table, run) => run(`DELETE FROM ${table} WHERE n > $1`, [3]),
  clear: (table, run) => run(`DELETE FROM ${table} WHERE n > $1 AND true`, [-10]),
  upsert: (table, run) => run(`INSERT INTO ${table} VALUES (1, 7) ON CONFLICT (n) DO UPDATE SET v = excluded.v`),
  tell: (table, run) => run(`UPDATE ${table} SET v = v + 2 RETURNING n`),
  copy: async (table, run) => {
    const rows = await run(`SELECT n FROM ${table} WHERE n <= $1 ORDER BY n`, [3])
    await run(`INSERT INTO ${table}_copy VALUES ${rows.map(({ n }) => `(${n})`).join(', ')}`)
  },
} satisfies Record<string, (table: string, run: Run) => Promise<unknown>>

type StepName = keyof typeof STEPS

/** What has to come of each damage; the first statement that fits counts. */
const VERDICTS: readonly (readonly [RegExp, Readonly<Record<string, string>>])[] = [
  [/^INSERT INTO \S+ SELECT/, { 'left out': 'killed', 'sent twice': 'killed' }],
  [/SET v = 5$/, { 'left out': 'killed', 'sent twice': 'equivalent' }],
  [/SET v = v \+ 1$/, { 'left out': 'killed', 'sent twice': 'killed' }],
  [/^DELETE FROM \S+$/, { 'left out': 'killed', 'sent twice': 'equivalent' }],
  // Nothing lies between -11 and -9.
  [/AND true$/, { 'left out': 'killed', 'sent twice': 'equivalent', more: 'equivalent', less: 'equivalent' }],
  [/^DELETE .* WHERE n > \S+$/, { 'left out': 'killed', 'sent twice': 'equivalent', more: 'killed', less: 'killed' }],
  [/ON CONFLICT/, { 'left out': 'killed', 'sent twice': 'equivalent' }],
  // The job does not look at what is returned.
  [/RETURNING/, { 'left out': 'killed', 'sent twice': 'killed', row: 'allowed' }],
  // It is answered as before.
  [/^SELECT/, { 'left out': 'equivalent', 'sent twice': 'equivalent', row: 'killed', more: 'killed', less: 'killed' }],
  [/_copy VALUES/, { 'left out': 'killed', 'sent twice': 'killed' }],
  [/^COMMIT/, { ROLLBACK: 'killed' }],
]
/** A step reads nothing that a commit of the stream changes. */
const SPLIT = 'equivalent'

function verdictOf(statement: string, damage: string): string {
  if (damage.startsWith('transaction split')) return SPLIT
  const [, verdicts = {}] = VERDICTS.find(([text]) => text.test(statement)) ?? []
  const kind = Object.keys(verdicts).find((name) => name !== 'row' && damage.endsWith(name))
  return verdicts[damage.startsWith('row ') ? 'row' : (kind ?? '')] ?? `no verdict for ${damage} of ${statement}`
}

const MOST_STEPS = 6
const jobs = fc.record({
  steps: fc.array(fc.constantFrom(...(Object.keys(STEPS) as StepName[])), { minLength: 2, maxLength: MOST_STEPS }),
  way: fc.constantFrom<Way>('simple', 'extended', 'prepared'),
  isOneTransaction: fc.boolean(),
})
type Job = typeof jobs extends fc.Arbitrary<infer Value> ? Value : never

async function runJob({ steps, way, isOneTransaction }: Job, connection: ConnectionOptions): Promise<void> {
  const { host, port, database, user, password, schema } = connection
  const client = new Client({ host, port, database, user, password })
  await client.connect()
  let name = 0
  const run: Run = async (sql, values = []) => {
    if (way === 'simple')
      return (await client.query(values.reduce<string>((text, value, i) => text.replace(`$${i + 1}`, `${value}`), sql)))
        .rows as { n: number }[]
    name += 1
    const { rows } = await client.query<{ n: number }>({
      text: sql,
      values: [...values],
      ...(way === 'prepared' && { name: `s${name}` }),
    })
    return rows
  }
  try {
    if (isOneTransaction) await client.query('BEGIN')
    for (const [index, step] of steps.entries()) await STEPS[step](`${schema}.t${index}`, run)
    if (isOneTransaction) await client.query('COMMIT')
  } finally {
    await client.end()
  }
}

test(
  'a right test of a right job notices what it has to, and nothing else survives',
  { timeout: 600_000 },
  async () => {
    const wanted = process.env['CDC_TEST_ALL'] === '1' ? 1_000 : 60
    const connection = await useSchema()
    const admin = await useClient(connection)
    const tables = Array.from({ length: MOST_STEPS }, (_, index) => `${connection.schema}.t${index}`)
    for (const table of tables) {
      await admin.query(
        `CREATE TABLE ${table} (n int PRIMARY KEY, v int DEFAULT 0); INSERT INTO ${table} SELECT generate_series(1, 6);
       CREATE TABLE ${table}_copy (n int)`,
      )
    }
    const contents = async (): Promise<unknown[]> => {
      const all = tables.map(
        (table) =>
          `SELECT '${table}' AS t, n, v FROM ${table} UNION ALL SELECT '${table}_copy', n, NULL FROM ${table}_copy`,
      )
      return (await admin.query(`${all.join(' UNION ALL ')} ORDER BY t, n, v`)).rows
    }
    await using stream = createCdcStream({
      batches: 5,
      batchSize: 4,
      interval: 0,
      target: connection,
      createTables: true,
    })
    await using job = await openJob(stream)
    let looked = 0
    for (let seed = 1; looked < wanted; seed++) {
      const [made] = fc.sample(jobs, { seed, numRuns: 1 })
      let right: unknown[] | undefined
      const result: MutationResult = await job.mutate(
        async () => {
          await runJob(made!, { ...connection, ...job.connection })
          right ??= await contents()
          expect(await contents()).toEqual(right)
        },
        { allow: [{ statement: 'RETURNING', reason: 'the job does not look at what is returned' }] },
      )
      const verdicts = result.mutants.map(({ statement, damage, status }) => [statement, damage, status])
      expect(verdicts, `seed ${seed}`).toEqual(
        result.mutants.map(({ statement, damage }) => [statement, damage, verdictOf(statement, damage)]),
      )
      looked += verdicts.length
    }
    expect(looked).toBeGreaterThanOrEqual(wanted)
  },
)
