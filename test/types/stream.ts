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
  type RowVersion,
  type StreamState,
  type TableState,
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

test('a ledger and its tables only tell', ({ cdcStream }) => {
  expectTypeOf<keyof Ledger>().toEqualTypeOf<'commit' | 'tables' | 'at' | 'counts' | 'changes' | 'between' | 'row'>()
  expectTypeOf<keyof LedgerState>().toEqualTypeOf<'commit' | 'count' | 'rows' | 'fingerprint' | 'sums'>()
  expectTypeOf<keyof TableState>().toEqualTypeOf<'name' | 'columns' | 'where' | 'aggregate' | 'named' | 'history'>()
  expectTypeOf(cdcStream.table('store_sales_heap')).toEqualTypeOf<TableState>()
  expectTypeOf(
    cdcStream
      .table('store_sales_heap')
      .columns(['ss_id'])
      .where(() => true),
  ).toEqualTypeOf<TableState>()
  expectTypeOf(cdcStream.ledger.row('store_sales_heap', 1).history()).toEqualTypeOf<RowVersion[]>()

  const { ledger } = cdcStream
  // @ts-expect-error the last commit is told
  ledger.commit = 3
  // @ts-expect-error so are the tables
  ledger.tables.push('orders')
  for (const { row } of ledger.row('store_sales_heap', 1).history()) {
    // @ts-expect-error rows as well
    if (row) row['ss_quantity'] = 3
  }
  // @ts-expect-error the tables behind it are not within reach
  void ledger.visible
  // @ts-expect-error nor the ledger behind a table
  void cdcStream.table('store_sales_heap').resolve
  // @ts-expect-error nor the stream behind a table
  void cdcStream.table('store_sales_heap').source
})

test('a stream without fixtures', async () => {
  await using stream = createCdcStream({ target: 'embedded' })
  expectTypeOf(stream.start).returns.resolves.toBeVoid()
  expectTypeOf(new OptionsError('')).toExtend<CdcError>()
})
