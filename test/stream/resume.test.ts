import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type CdcOptions,
  type CdcSummary,
  createCdcStream,
  readScript,
  type StreamEvent,
  TargetError,
} from '../../src/index.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { openSession } from '../../src/writer/session.js'
import { useFolder } from '../cli/support/cli-process.js'
import { cdcError, naming } from '../support/cdc-error.js'
import { createExistingTables } from '../support/existing-rows.js'
import { orders } from '../support/orders.js'
import { useClient, useRole, useSchema } from '../support/server.js'

const options = { batches: 12, batchSize: 20, interval: 0, seed: 11, ratio: { delete: 20, insert: 55, update: 25 } }

/** Makes some commits of a run and goes, as if it had died. Returns what it told before commit 1. */
async function begin(target: ConnectionOptions, commits: number, more: CdcOptions = {}): Promise<string | undefined> {
  let token: string | undefined
  const observe = (event: StreamEvent): void => {
    if (event.type === 'resumable') token = event.token
    if (event.type === 'commit') expect(token ?? more.record).toBeDefined()
  }
  await using stream = createCdcStream({ target, createTables: true, ...options, ...more, observe })
  await stream.step(commits)
  return token
}

/** Goes on with a run to its end. */
async function end(target: ConnectionOptions, more: CdcOptions): Promise<CdcSummary & { readonly equal: boolean }> {
  await using stream = createCdcStream({ target, interval: 0, ...more })
  await stream.start()
  const summary = await stream.finished
  const { equal, commit } = await stream.verify()
  expect(commit).toBe(summary.commits)
  return { ...summary, equal }
}

async function undisturbed(more: CdcOptions = {}): Promise<CdcSummary> {
  await using stream = createCdcStream({ target: await useSchema(), createTables: true, ...options, ...more })
  await stream.start()
  return await stream.finished
}

describe('a run is resumed by its token', () => {
  test('as if nothing had been: counts, commits, events, ledger', async () => {
    const target = await useSchema()
    const token = await begin(target, 5)
    const events: StreamEvent[] = []
    await using stream = createCdcStream({ target, resume: token!, observe: (event) => void events.push(event) })
    expect(stream.seed).toBe(11)
    await stream.step(2)
    expect(stream.ledger.commit).toBe(7)
    expect(stream.stats()).toMatchObject({ commits: 7, changes: 7 * 40 })
    expect(events.filter(({ type }) => type === 'commit').map((event) => 'commit' in event && event.commit)).toEqual([
      6, 7,
    ])
    expect(events.find(({ type }) => type === 'resumed')).toMatchObject({ commit: 5 })
    stream.resume()
    const summary = await stream.finished
    expect(await stream.verify()).toMatchObject({ equal: true, commit: 12 })
    const { tables, changes, token: told } = await undisturbed()
    expect(summary).toMatchObject({ commits: 12, changes, tables, token: told })
    const told12 = []
    for await (const { commit, events: all } of stream.commits({ format: 'debezium-postgres' })) {
      told12.push(commit)
      expect(all.every(({ source }) => source.ts_ms > 0)).toBe(true)
    }
    expect(told12).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
  })

  test.for([0, 1, 11, 12])('after %i of 12 commits', async (commits) => {
    const target = await useSchema()
    let token: string | undefined
    const observe = (event: StreamEvent): void => {
      if (event.type === 'resumable') token = event.token
    }
    const stream = createCdcStream({ target, createTables: true, ...options, observe })
    if (commits > 0) await stream.step(commits)
    else await stream.during(async () => undefined)
    await stream[Symbol.asyncDispose]()
    expect(await end(target, { resume: token! })).toMatchObject({ commits: 12, equal: true })
    expect(await end(target, { resume: token! })).toMatchObject({ commits: 12, equal: true, changes: 12 * 40 })
  })

  test('by the token of its summary, and without an end', async () => {
    const target = await useSchema()
    await using first = createCdcStream({
      target,
      createTables: true,
      ...options,
      batches: undefined!,
      continuous: true,
    })
    await first.step(4)
    const { token } = await first.stop()
    await using second = createCdcStream({ target, resume: token, interval: 0 })
    await second.start()
    await second.reached(20)
    const { commits } = await second.stop()
    expect(await second.verify()).toMatchObject({ equal: true, commit: commits })
  })

  test('with own tables, on this thread, and with transactions that overlap', async () => {
    const target = await useSchema()
    const token = await begin(target, 5, { tables: [orders], writers: 3, lateCommit: 0.4, rollback: 0.4 })
    expect(await end(target, { resume: token!, tables: [orders] })).toMatchObject({ commits: 12, equal: true })
    await expect(end(target, { resume: token! })).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', '`tables`', orders.name))
  })

  test('once nobody who is left of it can commit: it waits', async () => {
    const target = await useRole(await useSchema())
    const token = await begin(target, 5)
    const client = await useClient()
    const tables = ['store_sales_heap', 'store_returns_heap']
    for (const left of [{ tables }, { tables: [], beside: tables }]) {
      const old = await openSession({ connection: target, answerWithin: 60_000, ...left })
      await using stream = createCdcStream({ target, resume: token!, interval: 0 })
      const stepped = stream.step()
      // It asks again and again.
      const asked = new Set<string>()
      while (asked.size < 3) {
        const { rows } = await client.query<{ at: string }>(
          `SELECT query_start::text AS at FROM pg_stat_activity WHERE usename = $1 AND query LIKE '%objid = ANY%'`,
          [target.user],
        )
        for (const { at } of rows) asked.add(at)
      }
      expect(stream.stats().commits).toBe(0)
      await old.client.close()
      await stepped
      expect(await stream.verify()).toMatchObject({ equal: true })
    }
  })
})

describe('a run is resumed by its record', () => {
  test.for(['whole', 'cut off'])('over rows that stood there; the record goes on (%s)', async (how) => {
    const target = await useSchema()
    await createExistingTables(await useClient(), target.schema, 60)
    const folder = await useFolder()
    const record = join(folder, 'run.ndjson')
    expect(await begin(target, 5, { record })).toBeUndefined()
    const whole = await readFile(record, 'utf8')
    if (how === 'cut off') {
      // As if it had died while the line of batch 6 was written.
      await writeFile(record, `${whole}{"commit":6,"ru`)
    }
    const resume = await readScript(record)
    expect(resume.batches).toHaveLength(5)
    expect(await end(target, { resume, record })).toMatchObject({ commits: 12, equal: true })
    const after = await readFile(record, 'utf8')
    expect(after.startsWith(whole)).toBe(true)
    expect((await readScript(record)).batches).toHaveLength(12)
    await using replayed = createCdcStream({
      target: await useSchema(),
      createTables: true,
      interval: 0,
      script: await readScript(record),
    })
    await replayed.start()
    await replayed.finished
    await using again = createCdcStream({ target, resume: await readScript(record), interval: 0 })
    await again.start()
    for (const name of replayed.ledger.tables) {
      expect(again.ledger.at(12).fingerprint(name)).toBe(replayed.ledger.at(12).fingerprint(name))
    }
  })

  test('a record of before the first batch is enough, and one that is missing is made again whole', async () => {
    const target = await useSchema()
    const folder = await useFolder()
    const [record, other] = [join(folder, 'run.ndjson'), join(folder, 'other.ndjson')]
    const token = await begin(target, 4, { record })
    const [header] = (await readFile(record, 'utf8')).split('\n')
    await truncate(record, header!.length + 1)
    expect(await end(target, { resume: await readScript(record), record })).toMatchObject({ commits: 12, equal: true })
    await end(target, { resume: token!, record: other })
    const whole = await readFile(record, 'utf8')
    expect(await readFile(other, 'utf8')).toBe(whole)
    expect((await readScript(record)).batches).toHaveLength(12)
    // The token of another number of commits says the same of the plan.
    await end(target, { resume: (await undisturbed()).token, record })
    expect(await readFile(record, 'utf8')).toBe(whole)
  })

  test('a file of something else is left as it is', async () => {
    const target = await useSchema()
    const token = await begin(target, 4)
    const record = join(await useFolder(), 'notes.txt')
    await writeFile(record, 'Buy milk.\n')
    await expect(end(target, { resume: token!, record })).rejects.toThrow(
      cdcError('ERR_CDC_OPTIONS', '`record`', record),
    )
    expect(await readFile(record, 'utf8')).toBe('Buy milk.\n')
  })

  test('the changes of a script are gone on with by the script', async () => {
    const target = await useSchema()
    const record = join(await useFolder(), 'run.ndjson')
    await using planned = createCdcStream({ target: 'none', ...options, record })
    await planned.start()
    await planned.finished
    const { plan: _, ...script } = await readScript(record)
    await using first = createCdcStream({ target, createTables: true, script, interval: 0 })
    await first.step(3)
    const { token } = await first.stop()
    await expect(end(target, { resume: token })).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', 'script', 'file'))
    expect(await end(target, { resume: script })).toMatchObject({ commits: 12, equal: true })
  })
})

describe('refused', () => {
  test.for<[string, (table: string) => string, RegExp]>([
    ['deleted', (table) => `DELETE FROM ${table} WHERE ss_id = 3`, naming('commit 5', 'store_sales_heap 3 missing')],
    ['changed', (table) => `UPDATE ${table} SET ss_quantity = 1000`, naming('ss_quantity', 1000)],
    ['emptied', (table) => `TRUNCATE ${table}`, naming('commit 0', 'store_returns_heap 1', '97 more')],
  ])('tables of which rows were %s by somebody else', async ([, sql, said]) => {
    const target = await useSchema()
    const token = await begin(target, 5, { ratio: { insert: 1 } })
    const client = await useClient()
    await client.query(sql(`${target.schema}.store_sales_heap`))
    const before = await client.query(`SELECT * FROM ${target.schema}.store_sales_heap ORDER BY 1`)
    const error = await end(target, { resume: token! }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(TargetError)
    expect((error as Error).message).toMatch(said)
    expect((await client.query(`SELECT * FROM ${target.schema}.store_sales_heap ORDER BY 1`)).rows).toEqual(before.rows)
  })

  test('the token of another run', async () => {
    const target = await useSchema()
    await begin(target, 5)
    const token = await begin(await useSchema(), 5, { seed: 12 })
    await expect(end(target, { resume: token! })).rejects.toThrow(cdcError('ERR_CDC_TARGET', 'store_sales_heap'))
  })

  test('tables that are not there', async () => {
    const token = await begin(await useSchema(), 1)
    const target = await useSchema()
    await expect(end(target, { resume: token!, createTables: true })).rejects.toThrow(TargetError)
  })

  test('a token of a run on rows that stood there', async () => {
    const target = await useSchema()
    await createExistingTables(await useClient(), target.schema, 60)
    await using stream = createCdcStream({ target, ...options })
    await stream.step(3)
    const { token } = await stream.stop()
    expect(() => createCdcStream({ target, resume: token })).toThrow(
      cdcError('ERR_CDC_OPTIONS', '45 rows', '`store_sales_heap`', 'file'),
    )
  })

  test('other options that say what changes, no token, no database', async () => {
    const { token } = await undisturbed()
    const messageOf = (given: CdcOptions): string => {
      try {
        createCdcStream(given)
        return 'none'
      } catch (error) {
        return (error as Error).message
      }
    }
    const alone = 'Expected `resume` alone to say what changes, got'
    expect(messageOf({ resume: token, batches: 3 })).toMatch(`${alone} \`batches\` as well`)
    expect(messageOf({ resume: token, token })).toMatch(`${alone} \`token\` as well`)
    expect(messageOf({ resume: 'not a token' })).toMatch('Expected the token of a run, got `not a token`')
    expect(messageOf({ resume: token, target: 'none' })).toMatch('Expected `resume` with a database')
  })
})
