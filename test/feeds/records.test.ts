import { describe, expect } from 'vitest'
import type { EventRecord } from '../../src/events/records/event-record.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { byDebezium, hasDebezium } from './debezium.js'
import { withLoad } from './load.js'

const tables = [storeSales, storeReturns]

interface Told {
  readonly key: string | null
  readonly value: string | null
}

/** What a record tells: the status of a marker, the operation of a change, a heartbeat or a tombstone. */
function kindOf(value: Readonly<Record<string, unknown>> | null): string {
  if (!value) return 'tombstone'
  return String(value['status'] ?? value['op'] ?? 'heartbeat')
}

/** The names of all fields, in their order, as far as they are not NULL. */
function fieldsOf(value: unknown): unknown {
  if (Array.isArray(value)) return [fieldsOf(value[0])]
  if (typeof value !== 'object' || value === null) return typeof value
  const fields = Object.entries(value).map(([name, field]) => [name, field === null ? 'null' : fieldsOf(field)])
  return fields
}

function parsed(text: string | null): Readonly<Record<string, unknown>> | null {
  const value = JSON.parse(text ?? 'null') as { payload?: Readonly<Record<string, unknown>> } | null
  return value?.payload ?? value
}

/** For each kind of record the fields that each key and value of it has. */
function shapesOf(records: readonly Told[]): Record<string, string[]> {
  const shapes: Record<string, Set<string>> = {}
  for (const { key, value } of records) {
    const content = parsed(value)
    const shape = JSON.stringify([fieldsOf(parsed(key)), withoutRows(content)])
    shapes[kindOf(content)] = (shapes[kindOf(content)] ?? new Set()).add(shape)
  }
  return Object.fromEntries(Object.entries(shapes).map(([kind, set]) => [kind, [...set].toSorted()]))
}

/** Which of a row's values are NULL is nobody's form. */
function withoutRows(content: Readonly<Record<string, unknown>> | null): unknown {
  if (!content) return null
  const { before, after, source, ...rest } = content
  if (source === undefined) return fieldsOf(content)
  const { sequence: _, ...others } = source as object & { sequence: unknown }
  return [fieldsOf(rest), fieldsOf(others), [before, after].map((row) => (row ? Object.keys(row) : null))]
}

describe.skipIf(!hasDebezium())('our records', () => {
  const test = withLoad({
    tables,
    ddl: tables.map(({ name }) => `ALTER TABLE ${name} REPLICA IDENTITY FULL`),
  })

  test(
    'have the fields of those that Debezium writes, in its order',
    { timeout: 120_000 },
    async ({ cdcStream, cloudberry }) => {
      const { pool, schema } = cloudberry
      await pool.query(`CREATE PUBLICATION ${schema} FOR TABLE ${tables.map(({ name }) => name).join(', ')}`)
      const capture = await byDebezium({
        'provide.transaction.metadata': 'true',
        'heartbeat.interval.ms': '100',
        'decimal.handling.mode': 'string',
      })(cloudberry)
      await cdcStream.start()
      await cdcStream.reached(30)
      await cdcStream.stop()
      // It tells of transactions without changes of these tables as well, such as those of other tests.
      const isForeign = (content: ReturnType<typeof parsed>): boolean =>
        content?.['op'] === 'm' || (content?.['status'] === 'END' && content['event_count'] === 0)
      const theirs = (await capture.end()).filter(({ value }) => !isForeign(parsed(value)))
      const ours: EventRecord[] = []
      const extras = ['tombstones', 'transactions', 'heartbeats'] as const
      for await (const commit of cdcStream.commits({ format: 'debezium-postgres', records: { extras } }))
        ours.push(...commit.records)
      expect(Object.keys(shapesOf(ours)).toSorted()).toEqual(['BEGIN', 'END', 'c', 'd', 'heartbeat', 'tombstone', 'u'])
      expect(shapesOf(ours)).toEqual(shapesOf(theirs))
    },
  )
})
