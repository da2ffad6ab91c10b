import { expect, test } from 'vitest'
import CdcReporter from '../../fixtures/reporter.js'
import { resolveTestOptions } from '../../fixtures/stream/cdc-test-options.js'
import { changeScript, storeReturn, storeSale } from '../../fixtures/arbitraries/index.js'
import {
  createCdcStream,
  defineTable,
  matchCommit,
  readEvents,
  renderEvents,
  replayEvents,
  type TableDefinition,
} from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
import '../../fixtures/matchers/index.js'

/** As JavaScript has it. */
type Loose = (...args: unknown[]) => unknown

const table: TableDefinition = {
  name: 't',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8' },
    { name: 'n', type: 'int4', recomputed: true },
  ],
  rows: () => ({ fill: (cells, number, version) => void (cells[1] = number + version) }),
}

const stream = createCdcStream({ target: 'none', batches: 2, interval: 0, seed: 1, tables: [table] })
await stream.start()
await stream.finished
const state = stream.table('t')
const rows: unknown = []

const context = { database: 'd', schema: 's', server: 'x', commit: 1, changes: [], at: 0, tables: [table] }
const create: Loose = createCdcStream as Loose
const define: Loose = defineTable as Loose

test.for<[where: string, call: () => unknown, wrong: string, near: string]>([
  ['createCdcStream', () => create({ batchsize: 5 }), 'batchsize', 'batchSize'],
  ['createCdcStream', () => create({ intervall: 5 }), 'intervall', 'interval'],
  ['createCdcStream', () => create({ schema: 'mine' }), 'schema', 'target'],
  ['createCdcStream', () => create({ host: 'db' }), 'host', 'target'],
  ['createCdcStream', () => create({ baseline: 5 }), 'baseline', 'withCdcStream'],
  ['createCdcStream', () => create({ metricsPort: 5 }), 'metricsPort', '--metrics-port'],
  ['createCdcStream', () => create({ zebra: 5 }), 'zebra', 'batchSize'],
  ['withCdcStream', () => (resolveTestOptions as Loose)({ basline: 5 }), 'basline', 'baseline'],
  ['withCdcStream', () => (resolveTestOptions as Loose)({ resume: 'x' }), 'resume', 'createCdcStream'],
  ['a module', () => create({ tables: [{ module: 'x', exports: 'y' }] }), 'exports', 'export'],
  ['defineTable', () => define({ ...table, row: 1 }), 'row', 'rows'],
  ['defineTable', () => define({ ...table, sequence: {} }), 'sequence', 'sequences'],
  ['a parent', () => define({ ...table, parent: { table: 'p', on: {}, key: 'x' } }), 'key', 'table'],
  [
    'a column',
    () => define({ ...table, columns: [{ name: 'id', type: 'int8', nullabel: true }] }),
    'nullabel',
    'nullable',
  ],
  ['commits', () => (stream.commits as Loose)({ formt: 'flink' }), 'formt', 'format'],
  ['faults', () => (stream.commits as Loose)({ format: 'flink', faults: { duplicate: 1 } }), 'duplicate', 'duplicates'],
  ['names', () => (stream.commits as Loose)({ format: 'flink', names: { databse: 'x' } }), 'databse', 'database'],
  ['renderEvents', () => (renderEvents as Loose)('flink', { ...context, schemas: 's' }), 'schemas', 'schema'],
  ['readEvents', () => (readEvents as Loose)([], { formats: 'flink' }), 'formats', 'format'],
  ['replayEvents', () => (replayEvents as Loose)([], state, { sinc: 1 }), 'sinc', 'since'],
  ['matchCommit', () => (matchCommit as Loose)(rows, state, { untill: 1 }), 'untill', 'until'],
  ['aggregate', () => (state.aggregate.bind(state) as Loose)({ sums: ['n'] }), 'sums', 'sum'],
  ['changeScript', () => (changeScript as Loose)({ maxBatch: 1 }), 'maxBatch', 'maxBatches'],
  ['storeSale', () => (storeSale as Loose)({ scal: 1 }), 'scal', 'scale'],
  ['storeReturn', () => (storeReturn as Loose)({ nuls: 1 }), 'nuls', 'nulls'],
  ['the reporter', () => new CdcReporter({ outputfile: 'x' } as object), 'outputfile', 'outputFile'],
  ['toMatchCommit', () => expect(rows).toMatchCommit(state, { lag: true } as object), 'lag', 'lagging'],
  ['toReplayTo', () => expect([]).toReplayTo(state, { untl: 1 } as object), 'untl', 'until'],
])('%s refuses `%s`', ([, call, wrong, near]) => {
  expect(call).toThrow(cdcError('ERR_CDC_OPTIONS', `\`${wrong}\``, near))
})

test('what is awaited refuses it, too', async () => {
  await expect((stream.verify as Loose)({ signals: 1 })).rejects.toThrow(
    cdcError('ERR_CDC_OPTIONS', '`signals`', '`signal`'),
  )
  const matcher = expect(() => rows).toConvergeTo(state, { with: 1 } as object)
  await expect(matcher).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', '`with`', '`within`'))
})

test('what is undefined is not set, and what is no object is told', () => {
  create({ batchsize: undefined, batches: 1, target: 'none' })
  for (const given of [5, 'x', null, []])
    expect(() => create(given)).toThrow(cdcError('ERR_CDC_OPTIONS', 'createCdcStream'))
})
