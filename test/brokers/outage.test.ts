import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openKafkaProducer } from '../../src/brokers/kafka-producer.js'
import { createCdcStream, type CdcStream, replayEvents, storeReturns, storeSales } from '../../src/index.js'
import { type CommandHere, startHere } from '../cli/support/run-here.js'
import { cdcError } from '../support/cdc-error.js'
import { hasKafka, type KafkaServer, startKafka } from '../support/kafka-server.js'
import { type Proxy, startProxy } from '../support/proxy.js'
import { consume, ownName, useTopics } from './topics.js'

const tables = [storeSales, storeReturns]
const ratio = { insert: 50, update: 30, delete: 20 }
const load = [
  '--target',
  'none',
  '--batch-size',
  '10',
  '--seed',
  '4',
  '--ratio',
  '50/30/20',
  '--format',
  'debezium-postgres',
]

/** A broker of this test alone. */
async function useKafka(): Promise<KafkaServer> {
  const kafka = await startKafka({ 'num.partitions': '3' })
  onTestFinished(async () => kafka[Symbol.asyncDispose]())
  return kafka
}

async function plannedStream(batches: number): Promise<CdcStream> {
  const stream = createCdcStream({ target: 'none', batchSize: 10, interval: 0, seed: 4, ratio, batches })
  await stream.start()
  await stream.finished
  return stream
}

/** A request begins with its length and its number, which is 0: https://kafka.apache.org/protocol.html#protocol_api_keys */
function isProduce(chunk: Buffer): boolean {
  return chunk.length > 6 && chunk.readInt16BE(4) === 0 && chunk.includes('vitest-cloudberry-cdc')
}

function committedBy({ output }: CommandHere): number {
  return output.stdout.split(' committed').length - 1
}

async function untilCommitted(command: CommandHere, commits: number): Promise<void> {
  while (committedBy(command) < commits) await nextTurn()
}

/** Without a database and an interval, every turn of this thread makes a commit. */
async function untilStill(command: CommandHere): Promise<number> {
  let before = 0
  for (let still = 0; still < 200; still++) {
    if (committedBy(command) > before) still = 0
    before = committedBy(command)
    await nextTurn()
  }
  return before
}

/** That a topic has each change of a stream exactly once, in the order of its key, and each tombstone. */
async function expectExactlyOnce(bootstrap: string, topic: string, batches: number): Promise<void> {
  await using stream = await plannedStream(batches)
  const consumed = await consume(bootstrap, [topic])
  const changes = [...stream.ledger.between(0, batches)]
  expect(consumed).toHaveLength(changes.length + changes.filter(({ kind }) => kind === 'delete').length)
  for (const { name } of tables) {
    expect([...replayEvents(consumed, stream.table(name), { order: 'key' }).anomalies]).toEqual([])
  }
}

describe.skipIf(!hasKafka())('a broker that goes away', { timeout: 240_000 }, () => {
  test('killed twice in mid-stream and restarted: nothing is lost, nothing is there twice', async () => {
    const kafka = await useKafka()
    const topic = ownName()
    await useTopics(kafka.bootstrap, [topic])
    const args = [
      '--events',
      `kafka://${kafka.bootstrap}/${topic}`,
      '--batch-interval',
      '0.002',
      '--total-batches',
      '700',
    ]
    const command = await startHere([...load, ...args])
    for (const commits of [150, 400]) {
      await untilCommitted(command, commits)
      await kafka.kill()
      await kafka.restart()
    }
    expect(committedBy(command)).toBeLessThan(700)
    expect(await command.code, command.output.stderr).toBe(0)
    await expectExactlyOnce(kafka.bootstrap, topic, 700)
  })

  test.for([true, false])(
    'answers that are lost (what was sent arrives: %s): each change is there once',
    async (forward) => {
      let proxy: Proxy | undefined
      const target = { host: '127.0.0.1', database: '', user: '', schema: '' }
      const kafka = await startKafka({ 'num.partitions': '3' }, async (port) => {
        proxy = await startProxy({ ...target, port })
        return proxy.connection.port
      })
      onTestFinished(async () => {
        await proxy?.[Symbol.asyncDispose]()
        await kafka[Symbol.asyncDispose]()
      })
      const topic = ownName()
      await useTopics(kafka.bootstrap, [topic])
      let [sent, lost] = [0, 0]
      proxy!.onSend = (chunk) => {
        if (!isProduce(chunk) || ++sent % 3 !== 0) return undefined
        lost += 1
        // Meanwhile the broker writes what it got.
        return { forward, act: () => delay(50) }
      }
      const args = [
        '--events',
        `kafka://${kafka.bootstrap}/${topic}`,
        '--batch-interval',
        '0.005',
        '--total-batches',
        '300',
      ]
      const command = await startHere([...load, ...args])
      expect(await command.code, command.output.stderr).toBe(0)
      proxy!.onSend = () => undefined
      expect(lost).toBeGreaterThan(5)
      await expectExactlyOnce(kafka.bootstrap, topic, 300)
    },
  )

  test('the load waits for a broker that stands still', async () => {
    const kafka = await useKafka()
    const topic = ownName()
    await useTopics(kafka.bootstrap, [topic])
    const args = ['--events', `kafka://${kafka.bootstrap}/${topic}`, '--batch-interval', '0', '--total-batches', '1500']
    const command = await startHere([...load, ...args])
    await untilCommitted(command, 10)
    kafka.pause()
    const still = await untilStill(command)
    expect(still).toBeLessThan(400)
    await delay(1000)
    expect(await untilStill(command)).toBe(still)
    kafka.resume()
    expect(await command.code, command.output.stderr).toBe(0)
    await expectExactlyOnce(kafka.bootstrap, topic, 1500)
  })

  test('one that stays away ends it, in one line', async () => {
    const kafka = await useKafka()
    const topic = ownName()
    await useTopics(kafka.bootstrap, [topic])
    const producer = await openKafkaProducer({ brokers: [kafka.bootstrap], topics: [topic], retryFor: 0 })
    const record = { topic, key: '1', value: '{}', headers: { by: 'test' }, timestamp: Date.now() }
    await producer.send([record])
    await producer.flush()
    await kafka.kill()
    await producer.send([record])
    const failure = cdcError('ERR_CDC_WRITE', kafka.bootstrap, 'ECONNREFUSED')
    await expect(producer.flush()).rejects.toEqual(failure)
    await expect(producer.send([record])).rejects.toEqual(failure)
    await producer.close()
    await kafka.restart()
    const consumed = await consume(kafka.bootstrap, [topic])
    expect(consumed.map(({ message }) => String(message.headers?.['by']))).toEqual(['test'])
  })
})
