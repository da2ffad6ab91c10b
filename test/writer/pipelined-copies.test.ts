import { expect, test } from 'vitest'
import { PipelinedCopies } from '../../src/database/postgres/pipelined-copies.js'
import { useClient, useSchema } from '../support/server.js'

async function useTable(): Promise<{ client: Awaited<ReturnType<typeof useClient>>; table: string }> {
  const connection = await useSchema()
  const client = await useClient(connection)
  const table = `${connection.schema}.t`
  await client.query(`CREATE TABLE ${table} (a int4 PRIMARY KEY)`)
  return { client, table }
}

const numbers = (from: number, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, i) => `${from + i}\n`).join(''))

test('several COPYs are counted one by one, and their transaction stays open', async () => {
  const { client, table } = await useTable()
  const statement = `COPY ${table} FROM STDIN`
  const copies = [numbers(1, 3), numbers(10, 5_000), numbers(9_000, 0)].map((text) => ({ statement, text }))
  const sent = client.query(new PipelinedCopies(['BEGIN', 'SET LOCAL lock_timeout = 7000'], copies))
  expect(await sent.done).toEqual([3, 5_000, 0])
  expect(sent.at).toBe(3)
  expect((await client.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '7s' }])
  await client.query('COMMIT')
  expect((await client.query(`SELECT count(*)::int4 AS n FROM ${table}`)).rows).toEqual([{ n: 5_003 }])
})

test.each([
  ['of a statement before them', 'SELECT 1 / 0', 0],
  ['of the first one', undefined, 0],
  ['of the second one', undefined, 1],
])('an error %s is told, and the session is as before', async (_, before, wrong) => {
  const { client, table } = await useTable()
  const copies = [0, 1, 2].map((index) => ({
    statement: `COPY ${table} FROM STDIN`,
    text: before === undefined && index === wrong ? Buffer.from('no number\n') : numbers(index * 10_000 + 1, 5_000),
  }))
  const sent = client.query(new PipelinedCopies(['BEGIN', ...(before === undefined ? [] : [before])], copies))
  await expect(sent.done).rejects.toMatchObject({ code: before === undefined ? '22P02' : '22012' })
  expect(sent.at).toBe(wrong)
  await client.query('ROLLBACK')
  expect((await client.query(`SELECT count(*)::int4 AS n FROM ${table}`)).rows).toEqual([{ n: 0 }])
})

test('a session that is lost meanwhile is told', async () => {
  const { client, table } = await useTable()
  const sent = client.query(
    new PipelinedCopies(
      ['BEGIN', 'SELECT pg_terminate_backend(pg_backend_pid())'],
      [{ statement: `COPY ${table} FROM STDIN`, text: numbers(1, 10) }],
    ),
  )
  await expect(sent.done).rejects.toMatchObject({ code: '57P01' })
})
