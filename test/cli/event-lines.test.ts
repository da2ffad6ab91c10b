import { expect, test } from 'vitest'
import { createEventLines } from '../../src/cli/output/event-lines.js'
import type { StreamEvent } from '../../src/driver/stream-event.js'

function messages(...events: readonly StreamEvent[]): string[] {
  return events
    .map(createEventLines())
    .filter((line) => line !== undefined)
    .map(({ level, message }) => `${level}: ${message}`)
}

test('a batch says what it holds, and what all batches hold so far', () => {
  const commit = {
    type: 'commit',
    tables: {},
    at: 0,
    lag: 0,
    skipped: 0,
    milliseconds: 20,
    open: 1,
    inserts: 398,
    updates: 1,
    deletes: 1,
  } as const
  expect(messages({ ...commit, commit: 1 }, { ...commit, commit: 2, inserts: 0, deletes: 0 })).toEqual([
    'info: Batch 1 committed: 400 changes (INSERT=398, UPDATE=1, DELETE=1) in 0.02 s, 400 in total',
    'info: Batch 2 committed: 1 change (INSERT=0, UPDATE=1, DELETE=0) in 0.02 s, 401 in total',
  ])
})

test('what disturbs a stream is a warning', () => {
  expect(
    messages(
      { type: 'retry', commit: 7, attempt: 1, reason: 'Connection terminated unexpectedly' },
      { type: 'resolved', commit: 7, committed: true },
      { type: 'resolved', commit: 8, committed: false },
      { type: 'lag', milliseconds: 1234 },
      { type: 'warning', message: 'no index' },
    ),
  ).toEqual([
    'warning: Batch 7, attempt 1 failed: Connection terminated unexpectedly. Trying again',
    'warning: Batch 7: the answer to COMMIT was lost; the database has the batch',
    'warning: Batch 8: the answer to COMMIT was lost; the database does not have the batch, so it is sent again',
    'warning: The database takes longer than the interval: 1.23 s behind schedule',
    'warning: no index',
  ])
})

test('a cluster says how large it is, and a baseline how much of it takes part', () => {
  const dialect = { name: 'cloudberry', version: 'Apache Cloudberry 2.1.0', segments: 3, tableLocks: true } as const
  expect(
    messages(
      { type: 'connected', at: 'mdw:5432', database: 'gpadmin', schema: 'tpcds', dialect },
      { type: 'baseline', table: 'store_sales_heap', rows: 2_880_404, sampled: 10_000, maxKey: 2_880_404 },
      { type: 'baseline', table: 'store_returns_heap', rows: 0, sampled: 0, maxKey: 0 },
    ),
  ).toEqual([
    'info: Connected to Apache Cloudberry 2.1.0 with 3 segments at mdw:5432, database gpadmin, schema tpcds',
    'info: Existing rows loaded: store_sales_heap 2880404 rows, 10000 of them take part in UPDATE and DELETE, largest key 2880404',
    'info: Existing rows loaded: store_returns_heap 0 rows',
  ])
})

test('attempts that fail alike are told ever more rarely', () => {
  const attempts = Array.from({ length: 9 }, (_, index) => index + 1)
  const away = attempts.map((attempt) => ({ type: 'retry', commit: 7, attempt, reason: 'Nobody there.' }) as const)
  const told = messages(...away, { ...away[8]!, reason: 'Starting up' }, { ...away[2]!, commit: 8 })
  expect(told).toEqual([
    ...[1, 2, 4, 8].map((attempt) => `warning: Batch 7, attempt ${attempt} failed: Nobody there. Trying again`),
    'warning: Batch 7, attempt 9 failed: Starting up. Trying again',
    'warning: Batch 8, attempt 3 failed: Nobody there. Trying again',
  ])
})
