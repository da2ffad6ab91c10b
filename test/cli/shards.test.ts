import type { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { createExistingTables } from '../support/existing-rows.js'
import { useClient, useSchema } from '../support/server.js'
import { type CliResult, runCli, startCli, useFolder } from './support/cli-process.js'
import { countRows } from './support/database.js'
import { expectOneLine } from './support/expect-one-line.js'

const SHARDS = 4
const RANGE = 2 ** 31
const target = ['--target', 'configured', '--batch-interval', '0']
const shaping = ['--total-batches', '12', '--batch-size', '20', '--ratio', '60/25/15']
const args = [...target, ...shaping]

/** What `plan --json` prints. */
interface Planned {
  readonly base: number
  readonly seed: number
  readonly token?: string
  readonly commands: readonly { readonly shard: string; readonly firstId: number; readonly command: string }[]
}

/** What `verify --json` prints, as far as it is looked at. */
interface Verified {
  readonly equal: boolean
  readonly commits: number
  readonly changes: number
  readonly rows: Readonly<Record<string, number>>
  readonly shards: readonly { readonly shard: string; readonly commit: number; readonly equal: boolean }[]
  readonly outside: { readonly differing: number }
}

/** The options of a command that `plan` has printed, as the shell that it is pasted into would read them. */
function argsOf(command: string): string[] {
  const [program, ...rest] = command.split(' ')
  expect(program).toBe('cloudberry-cdc')
  return rest
}

async function planShards(connection: ConnectionOptions, more: readonly string[] = []): Promise<Planned> {
  const planned = await runCli({ args: ['plan', '--shards', '4', ...args, ...more, '--json'], connection })
  expect(planned.code, planned.stderr).toBe(0)
  return JSON.parse(planned.stdout) as Planned
}

async function runAll(
  { commands }: Planned,
  connection: ConnectionOptions,
  more: readonly string[] = [],
): Promise<void> {
  const running = commands.map(({ command }) => runCli({ args: [...argsOf(command), ...more, '--json'], connection }))
  for (const [index, { code, stdout, stderr }] of (await Promise.all(running)).entries()) {
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ verified: true, commits: 12, shard: `${index + 1}/4` })
  }
}

async function verifyAll(sources: readonly string[], connection: ConnectionOptions): Promise<Verified> {
  const result = await runCli({ args: ['verify', ...sources, '--target', 'configured', '--json'], connection })
  expect(result.code, result.stderr).toBe(0)
  return JSON.parse(result.stdout) as Verified
}

/** Rows by the range of their keys. */
async function rowsByShard(client: Client, table: string, key: string, base: number): Promise<number[]> {
  const { rows } = await client.query<{ shard: string; count: string }>(
    `SELECT (${key} - 1 - $1::int8) / $2::int8 AS shard, count(*) FROM ${table} WHERE ${key} > $1::int8 GROUP BY 1 ORDER BY 1`,
    [base, RANGE],
  )
  expect(rows.map(({ shard }) => Number(shard))).toEqual(rows.map((_, index) => index))
  return rows.map(({ count }) => Number(count))
}

describe('four processes at once', { timeout: 180_000 }, () => {
  test('on tables that all of them create: every row is where its ledger has it', async () => {
    const connection = await useSchema()
    const planned = await planShards(connection)
    expect(planned).toMatchObject({ base: 0, commands: { length: SHARDS } })
    expect(planned.commands.map(({ firstId }) => firstId)).toEqual([1, RANGE + 1, 2 * RANGE + 1, 3 * RANGE + 1])
    await runAll(planned, connection, ['--create-tables'])
    const client = await useClient()
    const sales = `${connection.schema}.store_sales_heap`
    const byShard = await rowsByShard(client, sales, 'ss_id', 0)
    expect(byShard).toHaveLength(SHARDS)
    const verified = await verifyAll([planned.token!], connection)
    expect(verified).toMatchObject({ equal: true, commits: 48, outside: { differing: 0 } })
    expect(verified.shards.map(({ shard, commit }) => [shard, commit])).toEqual(
      ['1/4', '2/4', '3/4', '4/4'].map((shard) => [shard, 12]),
    )
    expect(verified.changes).toBe(SHARDS * 12 * 40)
    expect(verified.rows['store_sales_heap']).toBe(await countRows(client, sales))
    // Values differ between shards, and so do tickets, of which returns have those of their sales.
    const { rows } = await client.query<{ values: string; tickets: string; orphans: string }>(
      `SELECT count(DISTINCT (ss_item_sk, ss_wholesale_cost, ss_list_price, ss_sold_time_sk)) AS values,
              count(DISTINCT (ss_ticket_number - 1) / ${RANGE}) AS tickets,
              (SELECT count(*) FROM ${connection.schema}.store_returns_heap r
                WHERE NOT EXISTS (SELECT FROM ${sales} s WHERE s.ss_ticket_number = r.sr_ticket_number
                                                           AND s.ss_item_sk = r.sr_item_sk)) AS orphans
         FROM ${sales}`,
    )
    expect(rows[0]).toEqual({ values: String(verified.rows['store_sales_heap']), tickets: '4', orphans: '0' })
    const options = ['--shards', '4', '--seed', String(planned.seed), '--base', '0', ...shaping]
    expect(await verifyAll(options, connection)).toEqual(verified)

    const damage = await client.query<{ id: string }>(
      `UPDATE ${sales} SET ss_quantity = 7777
        WHERE ss_id = (SELECT min(ss_id) FROM ${sales} WHERE ss_id > $1) RETURNING ss_id AS id`,
      [RANGE],
    )
    await client.query(`INSERT INTO ${sales} (ss_id, ss_item_sk, ss_ticket_number) VALUES ($1, 1, 1)`, [4 * RANGE + 9])
    const damaged = await runCli({ args: ['verify', planned.token!, '--target', 'configured'], connection })
    expect(damaged.code).toBe(3)
    expect(damaged.stdout).toMatch(/^Shard 1\/4: commit 12, 480 changes, .*: as its ledger has it\nShard 3\/4: /)
    expect(damaged.stderr.split('\n')).toEqual([
      expect.stringMatching(/^error: Shard 2\/4: commit 12, .*: differs from its ledger in 1 row$/),
      expect.stringMatching(
        new RegExp(
          `^error: Shard 2/4: store_sales_heap ${damage.rows[0]!.id}: ss_quantity expected \\d*(NULL)?, got 7777$`,
        ),
      ),
      'error: Outside of all shards: 1 row',
      'error: Outside: store_sales_heap 8589934601: the table has this row, the ledger does not',
      expect.stringMatching(/^error: Total: 48 commits, 1920 changes, .*: differs from the ledgers$/),
      '',
    ])
  })

  test('on tables with rows: each changes its share of them, and their records verify', async () => {
    const connection = await useSchema()
    const client = await useClient()
    await createExistingTables(client, connection.schema, 90)
    const planned = await planShards(connection)
    expect(planned).not.toHaveProperty('token')
    const sales = `${connection.schema}.store_sales_heap`
    const { rows } = await client.query<{ max: string }>(
      `SELECT greatest(max(ss_id), max(ss_ticket_number)) AS max FROM ${sales}`,
    )
    expect(planned.base).toBeGreaterThanOrEqual(Number(rows[0]!.max))
    const cwds = await Promise.all(planned.commands.map(() => useFolder()))
    const runs = await Promise.all(
      planned.commands.map(({ command }, index) =>
        runCli({ args: [...argsOf(command), '--record', 'run.ndjson'], connection, cwd: cwds[index]! }),
      ),
    )
    const shares = runs.map(({ code, stdout, stderr }) => {
      expect(code, stderr).toBe(0)
      expect(stdout).toMatch(/Verified: /)
      return Number(/Keys of store_sales_heap above \d+; (\d+) existing rows? takes? part/.exec(stdout)![1])
    })
    expect(shares.every((share) => share > 0)).toBe(true)
    const records = cwds.map((cwd) => `${cwd}/run.ndjson`)
    const verified = await verifyAll(records, connection)
    expect(verified).toMatchObject({ equal: true, commits: 48 })
    const lacking = await runCli({ args: ['verify', ...records.slice(1), '--target', 'configured'], connection })
    expectOneLine(lacking, 2, ['--record', 'shard 1/4'])
  })
})

test('a shard that is killed while others write is resumed by the token of any', async () => {
  const connection = await useSchema()
  const { token } = await planShards(connection, ['--create-tables'])
  const resume = ['--resume', token!, '--target', 'configured', '--batch-interval']
  const killed = await startCli({ args: [...resume, '30', '--shard', '2/4'], connection })
  const other = await startCli({ args: [...resume, '0.5', '--shard', '3/4'], connection })
  await killed.printed(/Batch 1 committed/)
  const same = await runCli({ args: ['--shard', '2/4', '--seed', '1', '--base', '0', ...target], connection })
  expectOneLine(same, 1, ['store_sales_heap', 'shard 2', 'server process'])
  const whole = await runCli({ args, connection })
  expectOneLine(whole, 1, ['only stream', 'store_sales_heap', 'server process'])
  killed.child.kill('SIGKILL')
  await killed.result
  // As a pod of an Indexed Job would find it.
  const env = { CDC_SHARDS: '4', JOB_COMPLETION_INDEX: '1', CDC_RESUME: token! }
  const again = await runCli({ args: [...target, '--json'], connection, env })
  expect(again.code, again.stderr).toBe(0)
  expect(again.stderr).toMatch(/Resumed after batch 1: /)
  expect(JSON.parse(again.stdout)).toMatchObject({ commits: 12, verified: true, shard: '2/4', base: 0 })
  expect((await other.result).code).toBe(0)
  const verified = await verifyAll([token!], connection)
  expect(verified.shards.map(({ commit, equal }) => [commit, equal])).toEqual([
    [0, true],
    [12, true],
    [12, true],
    [0, true],
  ])
  const used = await runCli({ args: ['--shard', '2/4', '--seed', '1', ...target], connection })
  expectOneLine(used, 1, [2_147_483_649, 4_294_967_296, 'shard 2/4'])
})

test('a run without shards is verified by its token', async () => {
  const connection = await useSchema()
  const run = await runCli({ args: [...args, '--create-tables', '--json'], connection })
  const { token, tables } = JSON.parse(run.stdout) as { token: string; tables: Record<string, { rows: number }> }
  const verified = await runCli({ args: ['verify', token, '--target', 'configured'], connection })
  expect(verified).toMatchObject<Partial<CliResult>>({ code: 0, stderr: '' })
  const { rows } = tables['store_sales_heap']!
  expect(verified.stdout).toMatch(
    new RegExp(
      `^The stream: commit 12, 480 changes, store_sales_heap ${rows} rows and .*: as its ledger has it\nTotal: `,
    ),
  )
})
