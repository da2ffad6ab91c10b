import { describe, expect, test } from 'vitest'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { Treatment } from '../../src/wire/place.js'
import type { Wire } from '../../src/wire/wire.js'
import { useClient, useSchema } from '../support/server.js'
import { latch } from './support/latch.js'
import * as wire from './support/messages.js'
import { RawSession } from './support/raw-session.js'
import { useWire } from './support/use-wire.js'

const { bind, execute, parse, query, sync } = wire

/** A session over a wire that treats the statements in which a word stands, and a table with three rows. */
async function useTreated(
  word: string,
  treatment: Treatment,
): Promise<{
  job: Wire
  session: RawSession
  table: string
  numbers: () => Promise<number[]>
}> {
  const connection: ConnectionOptions = await useSchema()
  const admin = await useClient(connection)
  const table = `${connection.schema}.numbers`
  await admin.query(`CREATE TABLE ${table} AS SELECT n FROM generate_series(1, 3) n`)
  const job = await useWire({
    connection,
    onPlace: ({ statement }) => Promise.resolve(statement.includes(word) ? treatment : undefined),
  })
  const numbers = async (): Promise<number[]> =>
    (await admin.query<{ n: number }>(`SELECT n FROM ${table} ORDER BY n`)).rows.map(({ n }) => n)
  return { job, session: await RawSession.open(job.connection), table, numbers }
}

const letters = (bytes: Buffer): string =>
  wire
    .split(bytes)
    .map(({ type }) => type)
    .join('')

describe('a statement that is left out, with an answer all the same', () => {
  test('of the simple protocol', async () => {
    const answer = [wire.commandComplete('UPDATE 3'), wire.ready('I')]
    const { session, table, numbers } = await useTreated('UPDATE', { onMessage: () => ({ send: [], answer }) })
    await using _ = session
    expect(await session.ask(query(`UPDATE ${table} SET n = n + 10`))).toEqual(Buffer.concat(answer))
    expect(letters(await session.ask(query('SELECT 1')))).toBe('TDCZ')
    expect(await numbers()).toEqual([1, 2, 3])
  })

  test('of a pipeline: its answer comes in its turn', async () => {
    const leaveOut: Treatment = {
      onMessage: ({ type }) => {
        if (type === 'P') return undefined
        return { send: [], answer: [type === 'B' ? wire.bindComplete : wire.commandComplete('UPDATE 3')] }
      },
    }
    const { session, table, numbers } = await useTreated('+ 10', leaveOut)
    await using _ = session
    const group = (sql: string): Buffer[] => [parse(sql), bind(), execute()]
    const [treated, other] = [`UPDATE ${table} SET n = n + 10`, `UPDATE ${table} SET n = n + 1`]
    const answer = await session.ask(...group(other), ...group(treated), ...group(other), sync)
    expect(letters(answer)).toBe('12C12C12CZ')
    expect(await numbers()).toEqual([3, 4, 5])
  })

  test('also if it is longer than what is kept of a message', async () => {
    const leaveOut: Treatment = {
      onMessage: ({ type }) =>
        type === 'B'
          ? { send: [], answer: [wire.bindComplete] }
          : type === 'E'
            ? { send: [], answer: [wire.commandComplete('UPDATE 3')] }
            : undefined,
    }
    const { session, table, numbers } = await useTreated('UPDATE', leaveOut)
    await using _ = session
    const long = bind(['x'.repeat(300_000)])
    expect(letters(await session.ask(parse(`UPDATE ${table} SET n = length($1)`), long, execute(), sync))).toBe('12CZ')
    expect(await numbers()).toEqual([1, 2, 3])
  })
})

test('a statement that is sent twice, and answered once', async () => {
  let cycles = 0
  const twice: Treatment = {
    onMessage: ({ bytes }) => ({ send: [bytes, bytes] }),
    onAnswer: ({ type, bytes }) => {
      const isFirst = cycles === 0
      if (type === 'Z') cycles += 1
      return isFirst ? [] : [bytes]
    },
  }
  const { session, table, numbers } = await useTreated('UPDATE', twice)
  await using _ = session
  expect(letters(await session.ask(query(`UPDATE ${table} SET n = n + 10`)))).toBe('CZ')
  expect(letters(await session.ask(query('SELECT 1')))).toBe('TDCZ')
  expect(await numbers()).toEqual([21, 22, 23])
})

test('a COMMIT that becomes a ROLLBACK, with the answer of a COMMIT', async () => {
  const { session, table, numbers } = await useTreated('COMMIT', {
    onMessage: () => ({ send: [query('ROLLBACK')] }),
    onAnswer: ({ type }) => (type === 'C' ? [wire.commandComplete('COMMIT')] : undefined),
  })
  await using _ = session
  for (const sql of ['BEGIN', `DELETE FROM ${table}`]) await session.ask(query(sql))
  const answer = await session.ask(query('COMMIT'))
  expect(answer).toEqual(Buffer.concat([wire.commandComplete('COMMIT'), wire.ready('I')]))
  expect(await numbers()).toEqual([1, 2, 3])
})

test.for([
  ['short rows', 'n'],
  ['long rows', `n, repeat('x', 200000)`],
] as const)('a row that is left out: %s', async ([, columns]) => {
  let rows = 0
  const { session, table } = await useTreated('SELECT', {
    onAnswer: ({ type, begins }) => {
      if (type === 'C') return [wire.commandComplete('SELECT 2')]
      if (type !== 'D') return undefined
      rows += begins
      return rows === 2 ? [] : undefined
    },
  })
  await using _ = session
  const answer = await session.ask(query(`SELECT ${columns} FROM ${table} ORDER BY n`))
  expect(letters(answer)).toBe('TDDCZ')
  const texts = wire.split(answer).map(({ bytes }) => bytes.toString('utf8', 11, 12))
  expect(texts.slice(1, 3)).toEqual(['1', '3'])
})

test('an answer that comes late, and is not known before', async () => {
  const [late, arrive] = latch()
  const { job, session, table, numbers } = await useTreated('UPDATE', {
    onAnswer: ({ type, bytes }) => (type === 'C' ? late.then(() => [bytes]) : undefined),
  })
  await using _ = session
  let isKnown = false
  const answer = session.ask(query(`UPDATE ${table} SET n = n + 10`)).finally(() => (isKnown = true))
  while ((await numbers())[0] === 1);
  await using other = await RawSession.open(job.connection)
  await other.ask(query('SELECT 1'))
  expect(isKnown).toBe(false)
  arrive()
  expect(letters(await answer)).toBe('CZ')
})

test('a connection that breaks when the statement is done, before its answer', async () => {
  const cut: { job?: Wire } = {}
  const { job, session, table, numbers } = await useTreated('COMMIT', {
    onAnswer: () => {
      cut.job?.cut()
      return []
    },
  })
  cut.job = job
  for (const sql of ['BEGIN', `UPDATE ${table} SET n = n + 10`]) await session.ask(query(sql))
  await expect(session.ask(query('COMMIT'))).rejects.toThrow('over')
  expect(await numbers()).toEqual([11, 12, 13])
})
