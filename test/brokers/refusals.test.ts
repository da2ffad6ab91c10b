import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { expectOneLine } from '../cli/support/expect-one-line.js'
import { runHere } from '../cli/support/run-here.js'
import { forbid, ownName, topicsOf, useTopics } from './topics.js'

const kafka = inject('kafka') ?? ''
const load = ['--target', 'none', '--batch-interval', '0', '--total-batches', '3', '--format', 'debezium-postgres']

describe.skipIf(kafka === '')('is refused in one line, and nothing is begun', () => {
  test.for<[string, (topic: string) => Promise<string>, (topic: string) => (string | number)[]]>([
    [
      'a port where nobody is',
      async (topic) => `127.0.0.1:1/${topic}`,
      () => ['127.0.0.1:1', 'ECONNREFUSED', '--events'],
    ],
    [
      'an unknown host',
      async (topic) => `no.such.host.invalid/${topic}`,
      () => ['no.such.host.invalid:9092', '--events'],
    ],
    ['a topic that is not there', async (topic) => `${kafka}/${topic}`, (topic) => [kafka, topic, '--events']],
    [
      'a topic that is not ours to see',
      async (topic) => {
        await useTopics(kafka, [topic])
        await forbid(kafka, topic, 'DESCRIBE')
        return `${kafka}/${topic}`
      },
      (topic) => [kafka, topic, '--events'],
    ],
  ])('%s', async ([, where, named]) => {
    const topic = ownName()
    const result = await runHere([...load, '--events', `kafka://${await where(topic)}`])
    expectOneLine(result, 2, named(topic))
    await expect(access(join(result.cwd, 'mock-data.log'))).rejects.toThrow('ENOENT')
  })
})

describe.skipIf(kafka === '')('ends the run in one line', () => {
  test('a topic that is not ours to write', async () => {
    const topic = ownName()
    await useTopics(kafka, [topic])
    await forbid(kafka, topic, 'WRITE')
    expectOneLine(await runHere([...load, '--events', `kafka://${kafka}/${topic}`]), 2, [kafka, '--events'])
  })

  test("a table's topic that is not there", async () => {
    const prefix = ownName()
    expectOneLine(await runHere([...load, '--events', `kafka://${kafka}?prefix=${prefix}`]), 2, [
      kafka,
      `${prefix}.tpcds.store_sales_heap`,
    ])
    expect((await topicsOf(kafka)).filter((name) => name.startsWith(prefix))).toEqual([])
  })
})
