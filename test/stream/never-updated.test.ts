import { expect, test } from 'vitest'
import { createCdcStream, defineTable, Random, type Column, type TableDefinition } from '../../src/index.js'
import { isNeverUpdated } from '../../src/tables/never-updated.js'
import { cdcError } from '../support/cdc-error.js'

const people = defineTable({
  name: 'people',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'age', type: 'int4', nullable: false, recomputed: true },
  ],
  rows({ seed }) {
    const random = new Random(seed, 'people')
    return { fill: (cells, number, version) => void (cells[1] = random.at(number, version).between(1, 1_000_000)) }
  },
})

/** A table that only tells who is there. */
function members(other: Partial<Column>): TableDefinition {
  return defineTable({
    name: 'members',
    key: 'id',
    parent: { table: 'people', on: {} },
    columns: [
      { name: 'id', type: 'int8', nullable: false },
      { name: 'person', type: 'int8', nullable: false, ...other },
    ],
    rows: ({ keyOf }) => ({ fill: (cells, number) => void (cells[1] = keyOf('people', number)[0]!) }),
  })
}

const onlyKey = defineTable({
  name: 'words',
  key: 'word',
  columns: [{ name: 'word', type: 'text', nullable: false }],
  rows: () => ({ fill: () => undefined }),
})

test.for([
  ['where nothing is said', members({}), false],
  ['where a column says so', members({ recomputed: false }), true],
  ['where all is key', onlyKey, true],
  ['where something is recomputed', people, false],
] as const)('no UPDATE can come %s', ([, definition, never]) => {
  expect(isNeverUpdated(definition)).toBe(never)
})

test.for([
  ['shares', { insert: 50, update: 30, delete: 20 }],
  ['windows', undefined],
] as const)('rows of such a table come and go, and others are updated: %s', async ([, ratio]) => {
  const tables = [people, members({ recomputed: false }), onlyKey]
  const options = { target: 'none', batches: 60, batchSize: 100, interval: 0, seed: 7, tables } as const
  await using stream = createCdcStream({ ...options, ...(ratio && { ratio }) })
  await stream.start()
  const { tables: changed } = await stream.finished
  expect(changed['people']!.updates).toBeGreaterThan(0)
  expect(changed['members']!.deletes).toBeGreaterThan(0)
  expect([changed['members']!.updates, changed['words']!.updates]).toEqual([0, 0])
})

test('a column that says nothing may have been forgotten', async () => {
  await using stream = createCdcStream({ target: 'none', batches: 2, interval: 0, tables: [people, members({})] })
  await expect(stream.start()).rejects.toThrow(
    cdcError('ERR_CDC_OPTIONS', '`members`', '`recomputed`', '`recomputed: false`'),
  )
})
