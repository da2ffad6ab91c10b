import { expect, inject } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import {
  type EventProducer,
  type EventRecord,
  openKafkaProducer,
  produceRecords,
  storeSales,
} from 'vitest-cloudberry-cdc/engine'
import { consume, useTopics } from '../../../test/brokers/topics.js'

const broker = inject('kafka') ?? ''
const test = withCdcStream({ batches: 30, batchSize: 20, ratio: { insert: 50, update: 30, delete: 20 } })

test.skipIf(broker === '')('a consumer of topics', async ({ cdcStream }) => {
  const topics = ['sales', 'shop.transaction']
  await useTopics(broker, topics, 1)
  // #region produce
  const producer = await openKafkaProducer({ brokers: [broker] }) // such as localhost:9092
  await cdcStream.start()
  const commits = cdcStream.commits({
    format: 'debezium-postgres',
    names: { server: 'shop' },
    records: { topic: 'sales', extras: ['tombstones', 'transactions'] },
  })
  await produceRecords(commits, producer) // to the end of the stream
  // #endregion produce
  const messages = await consume(broker, ['sales'])
  // #region consume
  expect(messages).toReplayTo(cdcStream.table('store_sales_heap'))
  // #endregion consume
  expect(await consume(broker, ['shop.transaction'])).toHaveLength(2 * 30)
})

test('a producer of the test', async ({ cdcStream }) => {
  const consumed: EventRecord[] = []
  const consume = async (record: EventRecord): Promise<void> => void consumed.push(record)
  // #region own
  const producer: EventProducer = {
    name: 'the consumer under test',
    send: async (records) => {
      for (const record of records) await consume(record) // { topic, key, value, headers, timestamp }
    },
    flush: async () => {},
    close: async () => {},
  }
  await cdcStream.start()
  await produceRecords(cdcStream.commits({ format: 'debezium-postgres', records: {} }), producer)
  // #endregion own
  expect(consumed).toReplayTo(cdcStream.table(storeSales.name))
})
