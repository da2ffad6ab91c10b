import { Partitioners } from 'kafkajs'
import { describe, expect, inject, test, test as plainTest } from 'vitest'
import { withCdcStream } from '../../fixtures/index.js'
import { openKafkaProducer } from '../../src/brokers/kafka-producer.js'
import { createCdcStream, produceRecords, readEvents, replayEvents, storeReturns, storeSales } from '../../src/index.js'
import { startHere } from '../cli/support/run-here.js'
import { consume, type Consumed, ownName, useTopics } from './topics.js'

const kafka = inject('kafka') ?? ''
const tables = [storeSales, storeReturns]
const load = ['--target', 'none', '--batch-size', '20', '--batch-interval', '0', '--seed', '9', '--ratio', '50/30/20']
const hazards = ['--hazards', 'reinsert=0.3,sameKeyChains=0.2']
const COMMITS = 60

/** The stream that the command line ran. */
async function sameStream(): Promise<ReturnType<typeof createCdcStream>> {
  const stream = createCdcStream({
    target: 'none',
    batchSize: 20,
    interval: 0,
    seed: 9,
    ratio: { insert: 50, update: 30, delete: 20 },
    hazards: { reinsert: 0.3, sameKeyChains: 0.2 },
    batches: COMMITS,
  })
  await stream.start()
  await stream.finished
  return stream
}

async function run(args: readonly string[]): Promise<string> {
  const { output, code } = await startHere([...load, ...hazards, '--total-batches', String(COMMITS), ...args])
  expect(await code, output.stderr).toBe(0)
  return output.stdout
}

/** Where another client would have written them, which computes as Java's does. */
function partitionsOf(consumed: readonly Consumed[]): number[] {
  const partition = Partitioners.DefaultPartitioner()
  const partitionMetadata = [0, 1, 2].map((partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 1,
    replicas: [1],
    isr: [1],
  }))
  return consumed.map(({ topic, message }) => partition({ topic, partitionMetadata, message }))
}

/** Whether no row is in two partitions. */
function onePartitionEach(consumed: readonly Consumed[]): boolean {
  const partitions = new Map<string, Set<number>>()
  for (const { topic, partition, message } of consumed) {
    const name = `${topic} ${message.key?.toString()}`
    partitions.set(name, (partitions.get(name) ?? new Set()).add(partition))
  }
  return [...partitions.values()].every((each) => each.size === 1)
}

describe.skipIf(kafka === '')('events in Kafka', () => {
  test.for(['debezium-postgres', 'debezium-mysql'])(
    '%s: what is consumed from the topics of tables replays to the tables',
    async (format) => {
      const prefix = ownName()
      const schema = format === 'debezium-mysql' ? 'cdc' : 'tpcds'
      const topics = tables.map(({ name }) => `${prefix}.${schema}.${name}`)
      await useTopics(kafka, topics)
      const stdout = await run(['--events', `kafka://${kafka}?prefix=${prefix}`, '--format', format])
      await using stream = await sameStream()
      for (const [index, { name }] of tables.entries()) {
        const consumed = await consume(kafka, [topics[index]!])
        const changes = [...stream.ledger.between(0, COMMITS)].filter(({ table }) => table === name)
        const deletes = changes.filter(({ kind }) => kind === 'delete')
        const tombstones = consumed.filter(({ message }) => message.value === null)
        expect(tombstones.map(({ message }) => message.key?.toString()).toSorted()).toEqual(
          deletes.map(({ key }) => JSON.stringify({ [String(tables[index]!.key)]: Number(key) })).toSorted(),
        )
        expect(tombstones.length).toBeGreaterThan(20)
        expect(consumed).toHaveLength(changes.length + deletes.length)
        expect(stdout).toContain(`Kafka at ${kafka}`)
        expect(new Set(consumed.map(({ partition }) => partition)).size).toBe(3)
        expect(onePartitionEach(consumed)).toBe(true)
        expect(consumed.map(({ partition }) => partition)).toEqual(partitionsOf(consumed))
        const replay = (given: readonly Consumed[]): unknown[] => [
          ...replayEvents(given, stream.table(name), { order: 'key' }).anomalies,
        ]
        expect(replay(consumed)).toEqual([])
        const place = consumed.findIndex(({ message }) => message.value !== null)
        expect(replay(consumed.toSpliced(place, 1))).not.toEqual([])
        expect(replay(consumed.toSpliced(place, 0, consumed[place]!))).not.toEqual([])
      }
    },
  )

  test('all tables in one topic of one partition: the order of the commits, with the extras', async () => {
    const [topic, prefix] = [ownName(), ownName()]
    const beside = [`${prefix}.transaction`, `__debezium-heartbeat.${prefix}`]
    await useTopics(kafka, [topic, ...beside], 1)
    const extras = 'tombstones,transactions,heartbeats,incremental-snapshot'
    await run([
      '--events',
      `kafka://${kafka}/${topic}?prefix=${prefix}`,
      '--format',
      'debezium-postgres',
      '--event-extras',
      extras,
    ])
    await using stream = await sameStream()
    const consumed = await consume(kafka, [topic])
    for (const { name } of tables) expect([...replayEvents(consumed, stream.table(name)).anomalies]).toEqual([])
    expect(readEvents(consumed, { tables }).filter(({ kind }) => kind === 'read').length).toBeGreaterThan(20)
    const markers = (await consume(kafka, [beside[0]!])).map(
      ({ message }) => JSON.parse(String(message.value)) as { status: string; event_count: number },
    )
    expect(markers).toHaveLength(2 * COMMITS)
    const counted = markers.filter(({ status }) => status === 'END').map(({ event_count }) => event_count)
    expect(counted).toEqual(Array.from({ length: COMMITS }, (_, index) => [...stream.ledger.changes(index + 1)].length))
    expect(await consume(kafka, [beside[1]!])).toHaveLength(COMMITS / 10)
  })

  test.for(['changes', 'maxwell', 'canal', 'flink'])('%s: what is consumed replays to the tables', async (format) => {
    const topic = ownName()
    await useTopics(kafka, [topic])
    await run(['--events', `kafka://${kafka}/${topic}`, '--format', format])
    await using stream = await sameStream()
    const consumed = await consume(kafka, [topic])
    expect(onePartitionEach(consumed)).toBe(true)
    for (const { name } of tables) {
      expect([...replayEvents(consumed, stream.table(name), { order: 'key' }).anomalies]).toEqual([])
    }
  })
})

describe.skipIf(kafka === '')('in a test', () => {
  const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

  plainTest('a producer that is closed leaves no connection', async () => {
    const topic = ownName()
    await useTopics(kafka, [topic])
    const before = sockets()
    const producer = await openKafkaProducer({ brokers: [kafka] })
    await producer.send([{ topic, key: '1', value: '{}', headers: {}, timestamp: Date.now() }])
    await producer.flush()
    expect(sockets()).toBeGreaterThan(before)
    await producer.close()
    await expect.poll(sockets).toBe(before)
  })

  const test = withCdcStream({ batchSize: 20, continuous: true, ratio: { insert: 50, update: 30, delete: 20 } })

  test('a database that changes, a feed that begins under load with a snapshot, and a topic', async ({ cdcStream }) => {
    const topic = ownName()
    await useTopics(kafka, [topic], 1)
    const producer = await openKafkaProducer({ brokers: [kafka], topics: [topic] })
    await cdcStream.step(30)
    await cdcStream.stop()
    const records = { topic, from: 10, extras: ['tombstones', 'snapshot'] } as const
    await produceRecords(cdcStream.commits({ format: 'debezium-postgres', records }), producer)
    const consumed = await consume(kafka, [topic])
    for (const { name } of tables) expect(consumed).toReplayTo(cdcStream.table(name))
  })
})
