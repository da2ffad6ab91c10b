import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { changeScript } from '../../fixtures/arbitraries/index.js'
import {
  type CdcOptions,
  type ChangeScript,
  createCdcStream,
  OptionsError,
  readScript,
  type ScriptRun,
  StateError,
  WriteError,
} from '../../src/index.js'
import { useFolder } from '../cli/support/cli-process.js'
import { runs } from '../support/arbitraries.js'
import { cdcError } from '../support/cdc-error.js'
import { contentsOf } from '../support/contents.js'
import { createExistingTables, createOwnTables } from '../support/existing-rows.js'
import { orders } from '../support/orders.js'
import { useClient, useRole, useSchema, withSchema } from '../support/server.js'

const S = 'store_sales_heap'
const R = 'store_returns_heap'
const TABLES = [{ name: S }, { name: R, parent: S }]

function script(...batches: ScriptRun[][]): ChangeScript {
  return { format: 1, seed: 5, tables: TABLES, batches }
}

const twoBatches = script(
  [
    ['insert', S, '1..3'],
    ['update', S, '1@1'],
    ['delete', S, '1@1'],
    ['insert', S, '1@2'],
    ['insert', R, '2'],
  ],
  [
    ['update', S, '1@3 3@1'],
    ['update', R, '2@1'],
  ],
)

describe('run() executes a script', () => {
  test('any script: the tables equal the ledger after it, whatever was there before', async () => {
    const target = await useSchema()
    const client = await useClient(target)
    await using stream = createCdcStream({ target, createTables: true })
    const property = fc.asyncProperty(changeScript({ noopUpdates: true }), async (made) => {
      const summary = await stream.run(made)
      expect(summary).toMatchObject({ commits: made.batches.length, seed: made.seed, retries: 0 })
      expect(stream.state).toBe('stopped')
      expect((await stream.verify()).differences).toEqual([])
      for (const table of [S, R]) {
        const { rowCount } = await client.query(`SELECT FROM ${target.schema}.${table}`)
        expect(rowCount).toBe(stream.ledger.at().count(table))
        expect(summary.tables[table]!.rows).toBe(rowCount)
      }
    })
    await fc.assert(property, runs(30))
  })

  test('the stream tells of the last script only, after each of its commits', async () => {
    await using stream = createCdcStream({ target: await useSchema(), createTables: true })
    await stream.run(script([['insert', S, '1..50']], [['delete', S, '1..50']], [['insert', S, '51']]))
    const sales = stream.table(S)
    const summary = await stream.run(twoBatches)
    expect(stream.stats()).toMatchObject({ commits: 2, changes: 10, inserts: 5, updates: 4, deletes: 1 })
    expect(await stream.finished).toEqual(summary)
    expect([0, 1, 2].map((commit) => stream.ledger.at(commit).count(S))).toEqual([0, 3, 3])
    expect([...stream.ledger.at().rows(sales.name)].map(({ ss_id: key }) => key)).toEqual(['1', '2', '3'])
    const commits = []
    for await (const { commit, inserts, updates, deletes } of stream.commits())
      commits.push({ commit, inserts, updates, deletes })
    expect(commits).toEqual([
      { commit: 1, inserts: 5, updates: 1, deletes: 1 },
      { commit: 2, inserts: 0, updates: 3, deletes: 0 },
    ])
    expect(
      stream.ledger
        .row(S, 1)
        .history()
        .map(({ commit }) => commit),
    ).toEqual([1, 1, 1, 1, 2])
    await stream.reached(2)
    await expect(stream.reached(3)).rejects.toThrow(StateError)
    expect(await stream.run(script())).toMatchObject({ commits: 0, changes: 0 })
    expect(stream.ledger.at().count(S)).toBe(0)
    await expect(stream.start()).rejects.toThrow(cdcError('ERR_CDC_STATE', '`start()`', 'idle', 'stopped'))
  })

  test('one session writes all of them, is opened anew when it is lost, and ends with the stream', async () => {
    const target = await useRole(await useSchema())
    const client = await useClient()
    const sessions = async (): Promise<number[]> => {
      const { rows } = await client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE usename = $1', [
        target.user,
      ])
      return rows.map(({ pid }) => pid)
    }
    const stream = createCdcStream({ target, createTables: true })
    await stream.run(twoBatches)
    const first = await sessions()
    expect(first).toHaveLength(1)
    for (let i = 0; i < 3; i++) await stream.run(twoBatches)
    expect(await sessions()).toEqual(first)
    await client.query('SELECT pg_terminate_backend($1)', [first[0]])
    expect(await stream.run(twoBatches)).toMatchObject({ commits: 2 })
    expect(await sessions()).toHaveLength(1)
    expect(await sessions()).not.toEqual(first)
    expect(await stream.verify()).toMatchObject({ equal: true })
    await stream[Symbol.asyncDispose]()
    expect(await sessions()).toEqual([])
  })

  test('a stream whose plan has run is used again, once its tables are empty', async () => {
    const target = await useSchema()
    await using stream = createCdcStream({ target, createTables: true, batches: 2, interval: 0 })
    await stream.step()
    await expect(stream.run(twoBatches)).rejects.toThrow(
      cdcError('ERR_CDC_STATE', '`run()`', 'idle', 'stopped', 'paused'),
    )
    stream.resume()
    await stream.finished
    await expect(stream.run(twoBatches)).rejects.toThrow(
      cdcError('ERR_CDC_TARGET', `\`${target.schema}.${S}\``, 'empty', 'rows'),
    )
    const client = await useClient(target)
    await client.query(`TRUNCATE ${target.schema}.${S}, ${target.schema}.${R}`)
    expect(await stream.run(twoBatches)).toMatchObject({ commits: 2 })
  })

  test('a script that fails does not keep the next one from running', async () => {
    const target = await useSchema()
    const client = await useClient(target)
    await using stream = createCdcStream({ target, createTables: true })
    await stream.run(twoBatches)
    await client.query(`CREATE RULE nothing AS ON UPDATE TO ${target.schema}.${S} DO INSTEAD NOTHING`)
    await expect(stream.run(twoBatches)).rejects.toThrow(WriteError)
    expect(stream.state).toBe('failed')
    await client.query(`DROP RULE nothing ON ${target.schema}.${S}`)
    expect(await stream.run(twoBatches)).toMatchObject({ commits: 2 })
    expect(await stream.verify()).toMatchObject({ equal: true })
  })

  test('a script that is stopped rejects; what was committed before is in the ledger', async () => {
    const target = await useSchema()
    await using stream = createCdcStream({ target, createTables: true })
    const long = script(
      [['insert', S, '1']],
      ...Array.from({ length: 3000 }, (_, i): ScriptRun[] => [['update', S, `1@${i + 1}`]]),
    )
    const run = stream.run(long)
    const outcome = run.catch((error: unknown) => error)
    await expect(stream.run(twoBatches)).rejects.toThrow(cdcError('ERR_CDC_STATE', '`run()`', 'running'))
    await stream.reached(5)
    const { commits } = await stream.stop()
    expect(await outcome).toEqual(cdcError('ERR_CDC_STATE', 'commit 3001', `commit ${commits}`))
    expect(commits).toBeLessThan(3001)
    expect(await stream.verify()).toMatchObject({ equal: true, commit: commits })
    expect(await stream.run(twoBatches)).toMatchObject({ commits: 2 })
  })

  test('`reset` is executed in the schema after the tables were emptied', async () => {
    const target = await useSchema()
    const client = await useClient(target)
    await client.query(`CREATE TABLE ${target.schema}.progress (sales int8, at int4)`)
    const reset = ['TRUNCATE progress;', `INSERT INTO progress SELECT count(*), 7 FROM ${S}`]
    await using stream = createCdcStream({ target, createTables: true, reset })
    for (let i = 0; i < 3; i++) await stream.run(twoBatches)
    expect((await client.query(`SELECT * FROM ${target.schema}.progress`)).rows).toEqual([{ sales: '0', at: 7 }])
    await using wrong = createCdcStream({ target: await useSchema(), createTables: true, reset: 'SELECT nothing' })
    await expect(wrong.run(twoBatches)).rejects.toThrow(cdcError('ERR_CDC_TARGET', 'schema', '"nothing"'))
  })

  test('some of the tables, own tables on this thread, and no database at all', async () => {
    const target = await useSchema()
    const client = await useClient(target)
    await using stream = createCdcStream({ target, createTables: true })
    await stream.run(twoBatches)
    const sales = fc.sample(changeScript({ tables: 'sales' }), { numRuns: 1, seed: 3 })[0]!
    await stream.run(sales)
    expect(stream.ledger.tables).toEqual([S])
    expect((await client.query(`SELECT FROM ${target.schema}.${R}`)).rowCount).toBe(0)
    expect(await stream.verify()).toMatchObject({ equal: true })

    await using own = createCdcStream({ target: await useSchema(), createTables: true, tables: [orders] })
    for (const made of fc.sample(changeScript({ tables: [orders] }), { numRuns: 5, seed: 1 })) {
      await own.run(made)
      expect(await own.verify()).toMatchObject({ equal: true, commit: made.batches.length })
    }
    await expect(own.run(twoBatches)).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', 'orders', `\`${S}\``))

    await using planned = createCdcStream({ target: 'none' })
    await planned.run(twoBatches)
    expect(planned.ledger.at().count(S)).toBe(3)
  })

  test('scripts that do not fit are refused before anything is emptied', async () => {
    const target = await useSchema()
    await using stream = createCdcStream({ target, createTables: true })
    await stream.run(twoBatches)
    await expect(stream.run(script([['update', S, '1@1']]))).rejects.toThrow(OptionsError)
    await expect(stream.run({ ...twoBatches, tables: [{ name: S }, { name: R }] })).rejects.toThrow(
      cdcError('ERR_CDC_OPTIONS', 'parent', `\`${S}\``, `\`${R}\``),
    )
    const images = [[1, 2, 3]]
    await expect(stream.run({ ...script(), tables: [{ name: S, maxKey: 1, images }] })).rejects.toThrow(
      cdcError('ERR_CDC_OPTIONS', `\`${S}\``, 24, 3),
    )
    await expect(stream.run({ ...script(), scale: 3 })).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', '`scale`', '`3`'))
    const client = await useClient(target)
    expect((await client.query(`SELECT FROM ${target.schema}.${S}`)).rowCount).toBe(3)
  })
})

describe('record and replay give the same tables, byte for byte', () => {
  const options = {
    batches: 12,
    batchSize: 30,
    interval: 0,
    seed: 77,
    ratio: { insert: 50, update: 30, delete: 20 },
  } as const
  const hazards = { sameKeyChains: 0.5, reinsert: 0.5, noopUpdates: 0.3 }

  /** Makes the tables, runs a stream on them, and returns what they then hold. */
  async function contentsAfter(
    stream: CdcOptions,
    prepare: (client: Client, schema: string) => Promise<void> = createOwnTables,
    conditions: readonly [string, string] = ['true', 'true'],
  ): Promise<{ contents: string[]; token: string }> {
    return withSchema(async (client, target) => {
      await prepare(client, target.schema!)
      await using running = createCdcStream({ ...stream, target })
      await running.start()
      const { token } = await running.finished
      expect(await running.verify()).toMatchObject({ equal: true, differences: [] })
      const tables = [S, R].map((table, index) => contentsOf(client, `${target.schema}.${table}`, conditions[index]!))
      return { contents: await Promise.all(tables), token }
    })
  }

  test.each<[string, CdcOptions]>([
    ['a plan', options],
    ['hazards', { ...options, hazards }],
    ['other rows', { ...options, scale: 10, nulls: 'none', businessDate: '2001-02-03' }],
  ])('%s, from its file and from its token', async (_, planned) => {
    const record = join(await useFolder(), 'run.ndjson')
    const first = await contentsAfter({ ...planned, record })
    expect(first.contents[1]!.length).toBeGreaterThan(1000)
    const recorded = await readScript(record)
    expect(recorded.batches).toHaveLength(12)
    expect((await contentsAfter({ script: recorded, interval: 0 })).contents).toEqual(first.contents)
    const again = await contentsAfter({ token: first.token, interval: 0 })
    expect(again.contents).toEqual(first.contents)
    expect(again.token).toBe(first.token)
  })

  test('a run on rows that stood there before, from its file only', async () => {
    const record = join(await useFolder(), 'run.ndjson')
    const create = (client: Client, schema: string): Promise<void> => createExistingTables(client, schema, 300)
    // Sales that have a return take no part, and so are not in the file.
    const first = await contentsAfter({ ...options, record }, create, ['ss_id % 12 <> 0 OR ss_id > 900', 'true'])
    const recorded = await readScript(record)
    expect(recorded.tables[0]!.images!.length).toBeGreaterThan(100)
    expect((await contentsAfter({ script: recorded, interval: 0 })).contents).toEqual(first.contents)
    expect(() => createCdcStream({ token: first.token })).toThrow(
      cdcError('ERR_CDC_OPTIONS', 'rows', '`store_sales_heap`', 'file'),
    )
  })

  test('keys and ticket numbers begin where a token says', async () => {
    const { token } = await contentsAfter({ ...options, ratio: { insert: 1 } })
    const content = JSON.parse(Buffer.from(token, 'base64url').toString()) as { tables: object[] }
    const tables = content.tables.map((table) => ({ ...table, maxKey: 100, sequences: { ticket: 7000 } }))
    const later = Buffer.from(JSON.stringify({ ...content, tables })).toString('base64url')
    const { contents } = await contentsAfter({ token: later, interval: 0 })
    const cells = contents[0]!.split('\n')[0]!.split('\t')
    expect([cells[0], cells[10]]).toEqual(['101', '7001'])
  })

  test('a scripted stream is recorded like a plan, and paced like one', async () => {
    const record = join(await useFolder(), 'run.ndjson')
    await using stream = createCdcStream({
      script: twoBatches,
      record,
      target: await useSchema(),
      createTables: true,
      interval: 0,
    })
    await stream.step(1)
    expect(stream.state).toBe('paused')
    expect((await readScript(record)).batches).toEqual(twoBatches.batches.slice(0, 1))
    stream.resume()
    const { token } = await stream.finished
    expect(await readScript(record)).toEqual(twoBatches)
    expect(() => createCdcStream({ token })).toThrow(cdcError('ERR_CDC_OPTIONS', 'token', 'script'))
  })

  test('the file holds every batch that is committed, at any moment', async () => {
    const record = join(await useFolder(), 'run.ndjson')
    await using stream = createCdcStream({
      record,
      continuous: true,
      batchSize: 5,
      interval: 0,
      target: await useSchema(),
      createTables: true,
    })
    await stream.start()
    for (let commit = 10; commit <= 60; commit += 10) {
      await stream.reached(commit)
      const acknowledged = stream.ledger.commit
      expect((await readScript(record)).batches.length).toBeGreaterThanOrEqual(acknowledged)
    }
    const { commits } = await stream.stop()
    expect((await readScript(record)).batches).toHaveLength(commits)
  })

  test('a target with rows is refused, and so is a file that is there', async () => {
    await withSchema(async (client, target) => {
      await createExistingTables(client, target.schema!, 8)
      const before = await contentsOf(client, `${target.schema}.${S}`)
      await using stream = createCdcStream({ script: twoBatches, target })
      const refused = cdcError('ERR_CDC_TARGET', `\`${target.schema}.${S}\``, 'empty', '8 rows')
      await expect(stream.start()).rejects.toThrow(refused)
      await expect(stream.finished).rejects.toThrow(refused)
      expect(await contentsOf(client, `${target.schema}.${S}`)).toBe(before)
    })
    const record = join(await useFolder(), 'run.ndjson')
    await writeFile(record, 'mine')
    await using stream = createCdcStream({ record, target: await useSchema(), createTables: true })
    const refused = cdcError('ERR_CDC_OPTIONS', '`record`', record)
    await expect(stream.start()).rejects.toThrow(refused)
    await expect(stream.finished).rejects.toThrow(refused)
    expect(await readFile(record, 'utf8')).toBe('mine')
  })
})

describe('what is no record is refused', () => {
  const header = JSON.stringify({ format: 1, seed: 5, tables: TABLES })
  test.each([
    ['', 1],
    ['no JSON\n', 1],
    [`${header}\n[]\n`, 2],
    [`${header}\n{"commit":1,"runs":[]}\n{"commit":3,"runs":[]}\n`, 3],
  ])('%j', async (text, line) => {
    const file = join(await useFolder(), 'run.ndjson')
    await writeFile(file, text)
    await expect(readScript(file)).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', file, '--record', `line ${line}`))
  })

  test('a last line that is cut off is left out', async () => {
    const file = join(await useFolder(), 'run.ndjson')
    await writeFile(file, `${header}\n{"commit":1,"runs":[["insert","${S}","1"]]}\n{"commit":2,"ru`)
    expect(await readScript(file)).toEqual(script([['insert', S, '1']]))
    await expect(readScript(`${file}.not`)).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', 'ENOENT', `${file}.not`))
  })
})

describe('options beside a script or token', () => {
  test.each<[CdcOptions, string[]]>([
    [{ script: twoBatches, ratio: 0.1 }, ['`script`', '`ratio`']],
    [{ script: twoBatches, batchSize: 5 }, ['`script`', '`batchSize`']],
    [{ script: twoBatches, batches: 5 }, ['`script`', '`batches`']],
    [{ script: twoBatches, seed: 5 }, ['`script`', '`seed`']],
    [{ script: twoBatches, continuous: false }, ['`script`', '`continuous`']],
    [{ script: twoBatches, token: 'x' }, ['`script`', '`token`']],
    [{ token: 'x', seed: 1 }, ['`token`', '`seed`']],
    [{ token: 'x' }, ['token', '`x`']],
    [{ token: 5 as never }, ['token', '`5`']],
    [{ token: Buffer.from('{}').toString('base64url') }, ['token', '`e30`']],
    [{ script: script() }, ['`script`', 'batch', 'none']],
    [{ script: 'x' as never }, ['`script`', 'change script']],
    [{ script: { ...script([['insert', 'mine', '1']]), tables: [{ name: 'mine' }] } }, ['mine', '`tables`']],
    [{ reset: 5 as never }, ['`reset`', 'SQL', '`5`']],
    [{ record: '' }, ['`record`', 'got ``', '--record', 'CDC_RECORD']],
  ])('%j', (options, named) => {
    expect(() => createCdcStream(options)).toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
  })
})
