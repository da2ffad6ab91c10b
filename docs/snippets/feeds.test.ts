import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { replayEvents } from 'vitest-cloudberry-cdc/matchers'

const test = withCdcStream({ continuous: true, batchSize: 20, ratio: { insert: 50, update: 30, delete: 20 } })

test('a slot that is made under load', async ({ cdcStream, cloudberry }) => {
  const { pool, schema } = cloudberry
  // #region begin
  await cdcStream.start()
  await cdcStream.reached(10)
  await pool.query(`SELECT pg_create_logical_replication_slot($1, 'test_decoding')`, [schema])
  const from = cdcStream.ledger.commit // all that comes after it is due
  await cdcStream.reached(from + 20)
  await cdcStream.stop()
  const { rows } = await pool.query<{ data: string }>('SELECT data FROM pg_logical_slot_get_changes($1, NULL, NULL)', [
    schema,
  ])
  const feed = rows.map(({ data }) => data)
  expect(feed).toReplayTo(cdcStream.table('store_sales_heap'), { from })
  // #endregion begin
  expect(
    feed.toSpliced(
      feed.findIndex((line) => line.includes(`${schema}.store_sales_heap: INSERT`)),
      1,
    ),
  ).not.toReplayTo(cdcStream.table('store_sales_heap'), { from })
})

test('messages as a consumer has them', async ({ cdcStream }) => {
  await cdcStream.step(10)
  await cdcStream.stop()
  const told: object[] = []
  for await (const { events } of cdcStream.commits({ format: 'debezium-postgres', faults: { duplicates: 0.1 } })) {
    told.push(...events)
  }
  const messages = told.map((event, offset) => {
    const message = { key: null, value: Buffer.from(JSON.stringify(event)), headers: {}, offset: String(offset) }
    return { topic: 'sales', partition: 0, message }
  })
  // #region messages
  // of `eachMessage` of kafkajs, of all partitions, in the order in which they came
  expect(messages).toReplayTo(cdcStream.table('store_sales_heap'), { delivery: 'at-least-once', order: 'key' })
  // #endregion messages
  async function* consume(): AsyncGenerator<object> {
    yield* messages
  }
  // #region asynchronous
  const { commit, anomalies } = await replayEvents(consume(), cdcStream.table('store_sales_heap'), {
    delivery: 'at-least-once',
    order: 'key',
  })
  expect({ commit, anomalies }).toEqual({ commit: 10, anomalies: [] })
  // #endregion asynchronous
})
