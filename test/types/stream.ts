import { expectTypeOf } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import {
  CdcError,
  type CdcStats,
  type CdcSummary,
  type Change,
  type ChangeScript,
  type Commit,
  type ConnectionOptions,
  createCdcStream,
  type Ledger,
  type LedgerState,
  OptionsError,
  type PgValue,
  type Row,
  type StreamState,
  type Verification,
} from 'vitest-cloudberry-cdc/engine'

const test = withCdcStream()

test('a stream', async ({ cdcStream }) => {
  expectTypeOf(cdcStream.start).toEqualTypeOf<() => Promise<void>>()
  expectTypeOf(cdcStream.pause).returns.resolves.toBeVoid()
  expectTypeOf(cdcStream.resume).returns.toBeVoid()
  expectTypeOf(cdcStream.step).parameter(0).toEqualTypeOf<number | undefined>()
  expectTypeOf(cdcStream.step).toBeCallableWith()
  expectTypeOf(cdcStream.reached).parameters.toEqualTypeOf<[commit: number]>()
  expectTypeOf(cdcStream.run).parameters.toEqualTypeOf<[script: ChangeScript]>()
  expectTypeOf(cdcStream.run).returns.resolves.toEqualTypeOf<CdcSummary>()
  expectTypeOf(cdcStream.stop).returns.resolves.toEqualTypeOf<CdcSummary>()
  expectTypeOf(cdcStream.finished).resolves.toEqualTypeOf<CdcSummary>()
  expectTypeOf(cdcStream.state).toEqualTypeOf<StreamState>()
  expectTypeOf<StreamState>().toEqualTypeOf<'idle' | 'running' | 'paused' | 'stopped' | 'failed'>()
  expectTypeOf(cdcStream.seed).toBeNumber()
  expectTypeOf(cdcStream.stats()).toEqualTypeOf<CdcStats>()
  expectTypeOf(cdcStream.stats().latency.p95).toBeNumber()
  expectTypeOf(cdcStream.connection).toEqualTypeOf<ConnectionOptions>()
  expectTypeOf(cdcStream.verify()).resolves.toEqualTypeOf<Verification>()
  expectTypeOf(cdcStream).toExtend<AsyncDisposable>()
  for await (const commit of cdcStream.commits()) {
    expectTypeOf(commit).toEqualTypeOf<Commit>()
    expectTypeOf(commit.tables['store_sales_heap']?.inserts).toEqualTypeOf<number | undefined>()
  }

  // @ts-expect-error a number of commits, not a text
  await cdcStream.step('3')
  // @ts-expect-error a stream's state is its own
  cdcStream.state = 'running'
})

test('a ledger', ({ cdcStream }) => {
  const { ledger } = cdcStream
  expectTypeOf(ledger).toEqualTypeOf<Ledger>()
  expectTypeOf(ledger.commit).toBeNumber()
  expectTypeOf(ledger.at()).toEqualTypeOf<LedgerState>()
  expectTypeOf(ledger.at(3).count('store_sales_heap')).toBeNumber()
  expectTypeOf(ledger.at(3).fingerprint('store_sales_heap')).toBeString()
  for (const row of ledger.at(3).rows('store_sales_heap')) {
    expectTypeOf(row).toEqualTypeOf<Row>()
    expectTypeOf(row['ss_id']).toEqualTypeOf<PgValue | undefined>()
  }
  for (const change of ledger.changes(3)) {
    expectTypeOf(change).toEqualTypeOf<Change>()
    expectTypeOf(change.kind).toEqualTypeOf<'insert' | 'update' | 'delete'>()
    expectTypeOf(change.before).toEqualTypeOf<Row | undefined>()
  }

  // @ts-expect-error a commit has a number
  ledger.at('last')
})

test('a stream without fixtures', async () => {
  await using stream = createCdcStream({ target: 'embedded' })
  expectTypeOf(stream.start).returns.resolves.toBeVoid()
  expectTypeOf(new OptionsError('')).toExtend<CdcError>()
})
