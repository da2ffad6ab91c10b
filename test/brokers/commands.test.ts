import { readFile } from 'node:fs/promises'
import { expect, inject, test } from 'vitest'
import { readEvents } from '../../src/index.js'
import { startHere } from '../cli/support/run-here.js'
import { consume, ownName, useTopics } from './topics.js'

const kafka = inject('kafka') ?? ''
const script = await readFile(new URL('../../docs/snippets/brokers/kafka.sh', import.meta.url), 'utf8')
const commands = [...script.matchAll(/^npx cloudberry-cdc ([^#\n]+)/gm)].map(([, args]) => args!.trim())
test('there are commands', () => expect(commands).toHaveLength(4))

test.skipIf(kafka === '').each(commands)('cloudberry-cdc %s', async (text) => {
  const prefix = ownName()
  const tables = ['store_sales_heap', 'store_returns_heap'].flatMap((name) => [`tpcds.${name}`, `cdc.${name}`])
  const own = [...tables, 'transaction'].map((name) => `${prefix}.${name}`)
  const topics = [...own, prefix, `__debezium-heartbeat.${prefix}`, `${prefix}-changes`]
  await useTopics(kafka, topics)
  const placed = text
    .replaceAll('localhost:9092', kafka)
    .replace('=shop', `=${prefix}`)
    .replace('/changes', `/${prefix}-changes`)
  const args = placed.replaceAll("'", '').split(/\s+/)
  const few = ['--total-batches', '30', '--batch-interval', '0', '--batch-size', '10']
  const target = args.includes('--target') ? [] : ['--target', 'none']
  const { code, output } = await startHere([...args, ...few, ...target])
  expect(await code, output.stderr).toBe(0)
  const [, told] = /Change events: (\d+) events written to Kafka at/.exec(output.stdout) ?? []
  const consumed = await consume(kafka, topics)
  expect(consumed).toHaveLength(Number(told))
  expect(readEvents(consumed.filter(({ message }) => message.value !== null)).length).toBeGreaterThan(200)
})
