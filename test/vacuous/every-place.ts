import { markdownTable } from '../../docs/scripts/table.js'
import type { Tried } from './verdicts-of.js'

/** What a job may leave undone, though it says something. */
const JOBS = [
  'says nothing',
  'connects only',
  'reads, and throws away',
  'writes the old result again',
  'commits nothing',
] as const

const FORMS = ['explore', 'mutate', 'strike'] as const

/** What the test has made before the job runs. */
const STARTS = ['an older copy', 'a copy that is right'] as const

const RIGHT = 'right'

/** A test whose copy is right before it runs its job asks nothing of it. */
const RESTING = 'nothing is asked of it; `mutate` tells'

const SPEC = `
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'

const test = withCdcStream({
  batchSize: 20, ratio: { insert: 60, update: 25, delete: 15 },
  ddl: ['CREATE TABLE sales_copy (LIKE store_sales_heap)', 'CREATE TABLE mark (n int)'],
})

const FILL = ['DELETE FROM sales_copy', 'INSERT INTO sales_copy SELECT * FROM store_sales_heap']
const jobs = {
  'says nothing': undefined,
  'connects only': [],
  'reads, and throws away': ['BEGIN', 'SELECT * FROM store_sales_heap', 'COMMIT'],
  'writes the old result again': [
    'BEGIN', 'UPDATE sales_copy SET ss_id = ss_id',
    'INSERT INTO sales_copy SELECT * FROM store_sales_heap WHERE NOT EXISTS (SELECT FROM sales_copy)', 'COMMIT',
  ],
  'commits nothing': ['BEGIN ISOLATION LEVEL REPEATABLE READ', ...FILL, 'ROLLBACK'],
  right: ['BEGIN ISOLATION LEVEL REPEATABLE READ', ...FILL, 'COMMIT'],
}

async function say(connectionString, statements) {
  if (!statements) return
  for (let attempt = 1; ; attempt++) {
    const client = new Client({ connectionString })
    client.on('error', () => {})
    try {
      await client.connect()
      for (const sql of statements) await client.query(sql)
      return
    } catch (error) {
      if (attempt === 10) throw error
      await delay(20)
    } finally {
      await client.end()
    }
  }
}

for (const [name, statements] of Object.entries(jobs)) {
  for (const form of ['explore', 'mutate', 'strike']) {
    for (const start of ['an older copy', 'a copy that is right']) {
      test(form + ' | ' + start + ' | ' + name, async ({ cdcStream, job, cloudberry: { pool, connectionString }, explore, mutate, strike }) => {
        // Two faults are enough: what breaks is not what is asked here.
        await { explore, mutate, strike: (body) => strike(body, { faults: ['cut-after', 'commit-done'] }) }[form](async () => {
          if (form === 'explore' && start === 'an older copy') await say(job.connectionString, statements)
          else await say(connectionString, jobs.right)
          if (form !== 'explore' && start === 'an older copy') await cdcStream.step()
          const rows = await cdcStream.read(async () => {
            await say(job.connectionString, statements)
            return pool.query('SELECT * FROM sales_copy')
          })
          expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
        })
      })
    }
  }
}
`

export const everyPlaceFiles: Readonly<Record<string, string>> = { 'every-place/jobs.test.ts': SPEC }

/** What the tests say of themselves when they find a job out, and when they refuse it. */
const RED = /AssertionError|SurvivorError|PlaceError|Expected the \d+ rows that were read/
const REFUSED = /StateError/

/** What became of the bodies that run a job for each place. */
export function everyPlace(tried: readonly Tried[]): {
  readonly section: string
  readonly problems: readonly string[]
} {
  const problems: string[] = []
  const cellOf = (form: string, start: string, job: string): string => {
    const name = `${form} | ${start} | ${job}`
    const found = tried.find((one) => one.name === name)
    if (!found) problems.push(`${name}: it was not run`)
    if (!found || found.status !== 'failed') return 'green'
    if (REFUSED.test(found.failure)) return 'refused'
    if (!RED.test(found.failure)) problems.push(`${name}: another error: ${found.failure}`)
    return 'red'
  }
  const rows = STARTS.flatMap((start) =>
    FORMS.map((form) => {
      if (cellOf(form, start, RIGHT) !== 'green') problems.push(`${form} | ${start}: not green with the right job`)
      const cells = JOBS.map((job) => {
        const cell = cellOf(form, start, job)
        if (cell !== 'green') return cell
        if (start === 'an older copy' || form === 'mutate') problems.push(`${form} | ${start} | ${job}: it is green`)
        return RESTING
      })
      return [`\`${form}\`, ${start}`, ...cells]
    }),
  )
  return { section: markdownTable(['body, and what it begins with', ...JOBS], rows), problems }
}
