import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type CdcOptions, createCdcStream } from '../../src/index.js'
import { RemotePool } from '../../src/driver/remote-pool.js'
import { RerunnableStream } from '../../src/stream/rerunnable-stream.js'
import { resolveOptions } from '../../src/options/resolve-options.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { connectionVariables, useFolder } from '../cli/support/cli-process.js'
import { expectOneLine } from '../cli/support/expect-one-line.js'
import { runHere } from '../cli/support/run-here.js'
import { cdcError } from '../support/cdc-error.js'
import { createOwnTables } from '../support/existing-rows.js'
import { useClient, useRole, useSchema } from '../support/server.js'
import { runVitest } from '../support/vitest-run.js'
import { pgbouncer, type PoolMode, startPgbouncer } from './pgbouncer.js'

const OPTIONS = {
  batchSize: 20,
  batches: 30,
  interval: 0,
  createTables: true,
  ratio: { insert: 6, update: 2, delete: 2 },
}

/** A pooler before the server, for a role of the test's own. */
async function usePooler(mode: PoolMode, settings: readonly string[] = []): Promise<ConnectionOptions> {
  const role = await useRole(await useSchema())
  const pooler = await startPgbouncer(role, mode, settings)
  onTestFinished(() => pooler[Symbol.asyncDispose]())
  return pooler.connection
}

/** A trigger that names another table without its schema. */
async function useTrigger({ schema }: ConnectionOptions): Promise<() => Promise<number>> {
  const client = await useClient()
  await createOwnTables(client, schema)
  await client.query(`
    CREATE TABLE ${schema}.noted (what text);
    CREATE FUNCTION ${schema}.note() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN INSERT INTO noted VALUES (TG_OP); RETURN NULL; END';
    CREATE TRIGGER note AFTER INSERT ON ${schema}.store_sales_heap FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.note()`)
  return async () => (await client.query(`SELECT FROM ${schema}.noted`)).rowCount ?? 0
}

beforeAll(() => {
  if (pgbouncer === undefined)
    console.log("The tests with a pooler are skipped: there is no pgbouncer (Debian's pgbouncer).")
})

describe.skipIf(pgbouncer === undefined)('session pooling', () => {
  test.each<[string, CdcOptions]>([
    ['one session', {}],
    ['several', { writers: 3, lateCommit: 0.3, rollback: 0.2, longTransaction: 5 }],
  ])('a load of %s, its triggers, `during` and the comparison work', async (_, overlap) => {
    const target = await usePooler('session')
    const noted = await useTrigger(target)
    await using stream = createCdcStream({ ...OPTIONS, ...overlap, target })
    await stream.start()
    await stream.during((client) => client.query('CREATE TABLE further (a int)'))
    expect(await stream.finished).toMatchObject({ commits: 30, retries: 0 })
    expect(await noted()).toBeGreaterThan(20)
    expect(await stream.verify()).toMatchObject({ equal: true, commit: 30 })
  })

  test('a load goes on when the sessions behind the pooler are ended', async () => {
    const target = await usePooler('session')
    const admin = await useClient()
    const { batches: _, ...endless } = OPTIONS
    await using stream = createCdcStream({ ...endless, continuous: true, target })
    await stream.start()
    for (let round = 0; round < 5; round++) {
      await stream.reached(stream.ledger.commit + 5)
      await admin.query('SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = $1', [
        target.user,
      ])
    }
    await stream.reached(stream.ledger.commit + 5)
    await stream.stop()
    expect(await stream.verify()).toMatchObject({ equal: true })
  })

  test('sessions that wait for the next stream are lent on, with the path of its schema', async () => {
    const target = await usePooler('session')
    const pool = new RemotePool()
    onTestFinished(() => pool[Symbol.asyncDispose]())
    for (let round = 0; round < 3; round++) {
      const { schema } = await useSchema()
      const noted = await useTrigger({ ...target, schema })
      const stream = new RerunnableStream(resolveOptions(OPTIONS), { target: { ...target, schema } }, {}, { pool })
      await stream.step(3)
      await stream.stop()
      expect(await noted()).toBe(3)
    }
  })

  test('a pool of a single session is enough for what needs a single one', async () => {
    const target = await usePooler('session', ['default_pool_size = 1'])
    await using stream = createCdcStream({ ...OPTIONS, target })
    await stream.step(2)
    await stream.stop()
    expect(await stream.verify()).toMatchObject({ equal: true, commit: 2 })
  })

  test('the fixtures, their pool and their triggers', async () => {
    const target = await usePooler('session')
    const run = await runVitest({
      env: { ...connectionVariables(target), CDC_TARGET: 'configured' },
      files: {
        'a.spec.ts': `
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
const test = withCdcStream({ batches: 10, batchSize: 10, interval: 0, writers: 2, ddl: [
  'CREATE TABLE noted (what text)',
  "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO noted VALUES (TG_OP); RETURN NULL; END'",
  'CREATE TRIGGER note AFTER INSERT ON store_sales_heap FOR EACH STATEMENT EXECUTE FUNCTION note()',
] })
for (let i = 0; i < 6; i++) {
  test.concurrent('works ' + i, async ({ cdcStream, cloudberry, expect }) => {
    await cdcStream.start()
    await cdcStream.finished
    expect((await cloudberry.pool.query('SELECT FROM noted')).rowCount).toBe(10)
    const rows = await cloudberry.pool.query('SELECT * FROM store_sales_heap')
    expect(rows).toMatchLatest(cdcStream.table('store_sales_heap'))
    expect(await cdcStream.verify()).toMatchObject({ equal: true })
  })
}`,
      },
    })
    expect(
      run.tests.map(({ status }) => status),
      run.output,
    ).toEqual(Array.from({ length: 6 }, () => 'passed'))
    expect(run.exitCode, run.output).toBe(0)
    const { rows } = await (
      await useClient()
    ).query(`SELECT nspname FROM pg_namespace JOIN pg_roles r ON r.oid = nspowner WHERE rolname = $1`, [target.user])
    expect(rows).toEqual([])
  })

  test('the command line', async () => {
    const env = connectionVariables(await usePooler('session'))
    const run = await runHere(['--create-tables', '--total-batches', '5', '--batch-interval', '0'], env)
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('Verified') as string })
    expect((await runHere(['plan', '--shards', '2'], env)).code).toBe(0)
    const file = join(await useFolder(), 'tables.ts')
    expect((await runHere(['inspect', 'store_sales_heap', '--out', file], env)).code).toBe(0)
  })
})

describe.skipIf(pgbouncer === undefined).each(['transaction', 'statement'] as const)('%s pooling', (mode) => {
  const settings = [
    [],
    // The session that was given back first is lent first, so that no client has the same one twice in a row.
    ['server_round_robin = 1'],
  ]

  test.each(settings)('is told at once, before anything is written: %s', async (...lines) => {
    const target = await usePooler(mode, lines)
    await busySessions(target, mode === 'transaction' ? 3 : 0)
    // Were it tried again, the test would not come to its end.
    await using stream = createCdcStream({ ...OPTIONS, target, retryFor: 3_600_000 })
    await expect(stream.start()).rejects.toThrow(cdcError('ERR_CDC_TARGET', `each ${mode}`, 'pool_mode = session'))
    const { rowCount } = await (
      await useClient()
    ).query('SELECT FROM pg_class WHERE relnamespace = to_regnamespace($1)', [target.schema])
    expect(rowCount).toBe(0)
  })

  test('is told by every command', async () => {
    const target = await usePooler(mode)
    const env = connectionVariables(target)
    for (const args of [
      ['--create-tables', '--total-batches', '5'],
      ['plan', '--shards', '2'],
      ['verify', '--seed', '1', '--base', '0', '--shards', '2'],
      ['inspect', 'store_sales_heap'],
    ]) {
      const { code, stdout, stderr } = await runHere(args, env)
      expectOneLine({ code, stdout, stderr }, 1, /pool_mode = session/, target.password)
    }
  })

  test('is told by the fixtures', async () => {
    const target = await usePooler(mode)
    for (const globalSetup of [true, false]) {
      const run = await runVitest({
        globalSetup,
        env: { ...connectionVariables(target), CDC_TARGET: 'configured' },
        files: {
          'a.spec.ts': `import { test } from 'vitest-cloudberry-cdc'
test('needs sessions', async ({ cdcStream }) => cdcStream.step())`,
        },
      })
      expect(run.exitCode).toBe(1)
      expect(run.output).toContain('pool_mode = session')
    }
  })
})

/** Leaves so many sessions with the pooler, by as many transactions at once. */
async function busySessions(target: ConnectionOptions, count: number): Promise<void> {
  const { Client } = (await import('pg')).default
  const clients = Array.from({ length: count }, () => new Client(target))
  for (const client of clients) await client.connect()
  for (const client of clients) await client.query('BEGIN')
  for (const client of clients) await client.query('COMMIT')
  for (const client of clients) await client.end()
}
