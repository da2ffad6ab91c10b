import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PlaceHook } from '../../../src/wire/place.js'
import { testConnection, useClient, useSchema } from '../../support/server.js'
import { cut, cuts } from '../support/cuts.js'
import * as wire from '../support/messages.js'
import { RawSession } from '../support/raw-session.js'
import { startRecorder } from '../support/start-recorder.js'
import { useWire } from '../support/use-wire.js'

const { bind, describePortal, execute, parse, query, sync } = wire
const LONG = 'long '.repeat(40_000)

/** What a client sends at once, and how often the server is ready after it. */
const turns: Readonly<Record<string, readonly [ready: number, ...messages: Buffer[]]>> = {
  'a query': [1, query('SELECT 1')],
  'an empty query': [1, query('')],
  'several statements in one query': [1, query('SELECT 1; SELECT 2; SELECT 1/0; SELECT 3')],
  'several queries at once': [3, query('SELECT 1'), query('SELECT 1/0'), query('SELECT 3')],
  'many rows': [1, query('SELECT n, repeat($$x$$, n % 100) FROM generate_series(1, 5000) n')],
  'a long row': [1, query(`SELECT repeat('x', 300000)`)],
  'a long query': [1, query(`SELECT '${LONG}'`)],
  'a long parameter': [1, parse('SELECT length($1)'), bind([LONG]), execute(), sync],
  'a notice': [1, query(`DO $$ BEGIN RAISE NOTICE 'well'; END $$`)],
  'a notification': [1, query('LISTEN a; NOTIFY a')],
  'a setting': [1, query(`SET application_name = 'x'`)],
  'a pipeline': [1, parse('SELECT $1::int'), bind(['1']), execute(), bind([null]), describePortal(), execute(), sync],
  'an error in a pipeline': [
    2,
    parse('SELECT 1/$1::int'),
    bind(['1']),
    execute(),
    bind(['0']),
    execute(),
    bind(['2']),
    execute(),
    sync,
    parse('SELECT 5'),
    bind(),
    execute(),
    sync,
  ],
  'fetching by and by': [
    1,
    parse('SELECT generate_series(1, 10)'),
    bind([], '', 'p'),
    execute(3, 'p'),
    execute(3, 'p'),
    wire.flush,
    execute(0, 'p'),
    sync,
  ],
  'a statement that stays': [
    2,
    wire.closeStatement('s'),
    parse('SELECT 7', 's'),
    wire.describeStatement('s'),
    sync,
    bind([], 's'),
    execute(),
    sync,
  ],
  'a transaction': [1, parse('BEGIN'), bind(), execute(), parse('ROLLBACK'), bind(), execute(), sync],
  'a function': [1, wire.functionCall(177, ['1', '2'])],
  'rows in': [
    1,
    query('COPY pg_temp.words FROM STDIN'),
    wire.copyData('a\n'),
    wire.copyData(`${LONG}\n`),
    wire.copyDone,
  ],
  'rows in, given up': [1, query('COPY pg_temp.words FROM STDIN'), wire.copyData('a\n'), wire.copyFail],
  'rows in by the extended protocol': [
    1,
    parse('COPY pg_temp.words FROM STDIN'),
    bind(),
    execute(),
    wire.copyData('b\n'),
    wire.copyDone,
    sync,
  ],
  'rows out': [1, query(`COPY (SELECT repeat('x', 1000) FROM generate_series(1, 200)) TO STDOUT`)],
}
const names = Object.keys(turns)

/** Does a script in chunks, over a wire, with somebody who writes down what reaches the server. */
async function through(script: readonly string[], at: readonly number[], onPlace?: PlaceHook) {
  const recorder = await startRecorder(testConnection())
  const job = await useWire({ connection: recorder.connection, ...(onPlace && { onPlace }) })
  await using session = await RawSession.open(job.connection)
  await session.ask(query('CREATE TEMP TABLE words (word text)'))
  job.restart()
  recorder.clear()
  const sent: Buffer[] = []
  const received: Buffer[] = []
  for (const name of script) {
    const [ready, ...messages] = turns[name]!
    const chunks = cut(Buffer.concat(messages), at)
    sent.push(...chunks)
    const [answer] = await Promise.all([session.ready(ready), session.send(...chunks)])
    received.push(answer)
  }
  const [said, places, { bytes }] = [recorder.said(), job.places(), job.stats()]
  return { ...said, sent: Buffer.concat(sent), received: Buffer.concat(received), places, bytes }
}

const letters = (bytes: Buffer): string =>
  wire
    .split(bytes)
    .map(({ type }) => type)
    .join('')

describe('what passes is byte for byte what both sides said', () => {
  test.for(names)('%s', async (name) => {
    const { byClient, byServer, sent, received, bytes } = await through([name], [])
    expect(byClient.equals(sent)).toBe(true)
    expect(received.equals(byServer)).toBe(true)
    expect(bytes).toEqual({ sent: sent.length, received: received.length })
  })

  test('wherever it is cut', async () => {
    const script = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(script, cuts, async (chosen, at) => {
        const { byClient, byServer, sent, received } = await through(chosen, at)
        expect(byClient.equals(sent)).toBe(true)
        expect(received.equals(byServer)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  test.for(names)('but for the Flush that separates what is held: %s', async (name) => {
    const { byClient, byServer, sent, received, places } = await through([name], [], () => Promise.resolve())
    const own = (said: Buffer): Buffer =>
      Buffer.concat(wire.split(said).flatMap((one) => (one.type === 'H' ? [] : [one.bytes])))
    expect(own(byClient).equals(own(sent))).toBe(true)
    expect(received.equals(byServer)).toBe(true)
    expect(letters(received)).toBe(letters((await through([name], [])).received))
    expect(places.length).toBeGreaterThan(0)
  })
})

test('a half-closed connection hears its answers', async () => {
  const job = await useWire()
  const session = await RawSession.open(job.connection)
  await session.send(query('SELECT generate_series(1, 1000)'))
  session.end()
  expect(letters(await session.ready())).toMatch(/^TD{1000}CZ$/)
  await session.over()
})

test('a client that does not read holds back its server, and nobody else', async () => {
  const job = await useWire()
  const row = 100_000
  await using session = await RawSession.open(job.connection)
  await using other = await RawSession.open(job.connection)
  await session.ask(query('SELECT 1'))
  session.pause()
  await session.send(query(`SELECT repeat('x', ${row}) FROM generate_series(1, 1000)`))
  for (let question = 0; question < 1_000; question += 1) await other.ask(query('SELECT 1'))
  expect(job.stats().bytes.received).toBeLessThan(60_000_000)
  session.resume()
  await session.until((type) => type === 'C')
  expect(job.stats().bytes.received).toBeGreaterThan(1000 * row)
})

test('rows that come while nobody of the server reads wait with the client', async () => {
  const schema = await useSchema()
  const admin = await useClient(schema)
  await admin.query(`CREATE TABLE ${schema.schema}.words (word text)`)
  const job = await useWire()
  await using session = await RawSession.open(job.connection)
  await admin.query('BEGIN')
  await admin.query(`LOCK TABLE ${schema.schema}.words`)
  const rows = Array.from({ length: 400 }, () => wire.copyData(`${LONG.slice(0, 99_999)}\n`))
  const sending = session.send(query(`COPY ${schema.schema}.words FROM STDIN`), ...rows, wire.copyDone)
  for (let question = 0; question < 200; question += 1) await admin.query('SELECT 1')
  expect(job.stats().bytes.sent).toBeLessThan(30_000_000)
  await admin.query('COMMIT')
  await sending
  expect(letters(await session.ready())).toBe('GCZ')
  expect((await admin.query(`SELECT count(*)::int AS n FROM ${schema.schema}.words`)).rows).toEqual([{ n: 400 }])
})
