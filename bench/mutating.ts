import { readContents } from '../src/mutate/contents.js'
import { mutate } from '../src/mutate/mutate.js'
import type { Damageable } from '../src/mutate/mutation-run.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import type { Effort } from './support/effort.js'
import { compareWithJob, type JobScene, ROWS } from './support/job-comparison.js'
import type { PartResult } from './support/result.js'

/** What it takes to try a damage to a job, beside the job alone. */
export async function mutating(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  return compareWithJob(server, effort, {
    title: 'Mutating',
    name: 'a damage',
    measure: millisecondsOfDamage,
    target: { text: 'a damage, with the runs that come first: ms', limit: 200 },
    note: 'All that is tried, by their number: runs to which nothing is done, runs with a commit at a place and their references, and a look at all tables after each.',
  })
}

async function millisecondsOfDamage({ client, schema, stage, driver, restart, job }: JobScene): Promise<number> {
  const begun = performance.now()
  const damageable: Damageable = {
    hasCommits: true,
    begin: async (aims, watching) => {
      await restart()
      await stage.begin(driver(), aims, watching)
    },
    end: () => stage.end(),
    contents: (restless, byColumn) => readContents(client, schema, restless, byColumn),
  }
  const body = async (): Promise<void> => {
    await job()
    const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${schema}.copied`)
    if (Number(rows[0]?.n) < ROWS / 2) throw new Error('Nothing was copied.')
  }
  const { tried } = await mutate(damageable, body, {})
  return (performance.now() - begun) / tried.length
}
