import { expect, test } from 'vitest'
import { useAuditBench } from '../support/audited.js'
import { cdcError } from '../support/cdc-error.js'
import { knownPipelines } from '../support/known-pipelines.js'
import { measureDelay } from '../support/measured-delay.js'
import { copyTogether, type Pipeline } from '../support/pipelines.js'

const standStill: Pipeline = async () => {}

/** One for each grade: the slow suite has all of them, many times. */
const firstOfEach = knownPipelines.filter(
  ({ grade }, at) => knownPipelines.findIndex((other) => other.grade === grade) === at,
)

test.for(firstOfEach)('$name is graded $grade', async ({ grade, pipeline, load, audit: options }) => {
  const { audit } = await useAuditBench(load)
  const found = await audit(pipeline(), options)
  expect(found.grade, found.because).toBe(grade)
  expect(found).toMatchObject({ commits: 40, arrived: !['lossy', 'wrong'].includes(grade), failed: { reads: 0 } })
  expect(found.curve.reduce((sum, { reads }) => sum + reads, 0)).toBe(found.reads)
})

test('of the changes that were dropped, the rows are counted and shown', async () => {
  const dropped = knownPipelines.find(({ grade }) => grade === 'lossy')!
  const { audit } = await useAuditBench(dropped.load)
  const { leftOver, anomalies, together } = await audit(dropped.pipeline(), dropped.audit)
  expect(leftOver).toEqual({ missing: 1, extra: 0 })
  expect(together!.share).toBeLessThan(1)
  const names = anomalies.map(({ name }) => name)
  expect(names.some((name) => ['lost insert', 'lost update', 'resurrected delete'].includes(name))).toBe(true)
})

test('a delay is measured within 20 ms and one read', async () => {
  const { grade, isRight, ...medians } = await measureDelay(1)
  expect(medians.injected).toBeGreaterThanOrEqual(149)
  expect(isRight, JSON.stringify(medians)).toBe(true)
  expect(grade.staleness!.commits.p50).toBeGreaterThan(3)
  expect(grade.caughtUp).toBeGreaterThan(100)
})

test('the rows may be of one table, narrowed, and come from a cursor', async () => {
  const { stream, readCopies, audit } = await useAuditBench()
  const grade = await audit(copyTogether, {
    of: stream.table('store_sales_heap').columns(['ss_quantity', 'ss_store_sk']),
  }).catch((error: unknown) => error)
  expect(grade).toBeInstanceOf(Error) // rows of two tables are none of one
  const other = await useAuditBench()
  const reads = other.stream.audit(
    async () => {
      const { store_sales_heap } = (await other.readCopies()) as { store_sales_heap: { rows: object[] } }
      return (async function* () {
        yield* store_sales_heap.rows
      })()
    },
    { of: other.stream.table('store_sales_heap').columns(['ss_quantity', 'ss_store_sk']), within: 100, every: 10 },
  )
  expect(await reads).toMatchObject({ grade: 'lossy', tables: { store_sales_heap: { share: 1 } } })
  expect(readCopies).toBeDefined()
})

test('without a snapshot each table is graded for itself', async () => {
  const { audit } = await useAuditBench()
  const grade = await audit(copyTogether, { snapshots: false })
  expect(grade).toMatchObject({ grade: 'per table', together: undefined, tables: { store_returns_heap: { share: 1 } } })
})

test('the load stands still after it, and can go on', async () => {
  const { stream, readCopies } = await useAuditBench({ continuous: true })
  const grade = await stream.audit(readCopies, { every: 5, within: 50, while: () => stream.reached(10) })
  expect(stream.state).toBe('paused')
  expect(grade.commits).toBe(stream.ledger.commit)
  await stream.step(1)
  const again = await stream.audit(readCopies, { every: 5, within: 50, while: stream.reached(grade.commits + 10) })
  expect(again.commits).toBeGreaterThanOrEqual(grade.commits + 10)
})

test('a read that fails is counted; a sink that is away at the end is an error', async () => {
  const { stream, readCopies } = await useAuditBench()
  let reads = 0
  const grade = await stream.audit(
    () => {
      if (++reads === 3) throw new Error('away')
      return readCopies()
    },
    { every: 5, within: 50 },
  )
  expect(grade.failed).toEqual({ reads: 1, first: 'away' })
  const other = await useAuditBench()
  const away = other.stream.audit(() => Promise.reject(new Error('gone')), { every: 5, within: 50 })
  await expect(away).rejects.toThrow(cdcError('ERR_CDC_TARGET', 'gone'))
})

test('what the load, the work or a signal ends, ends the audit', async () => {
  const { stream, audit, readCopies } = await useAuditBench({ continuous: true })
  await expect(stream.audit(readCopies)).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', 'while'))
  const failed = stream.audit(readCopies, { while: () => Promise.reject(new Error('the job failed')) })
  await expect(failed).rejects.toThrow('the job failed')
  const aborting = new AbortController()
  const aborted = audit(standStill, { signal: aborting.signal, while: stream.reached(1_000_000).catch(() => {}) })
  await stream.reached(stream.ledger.commit + 3)
  aborting.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')
  const hanging = stream.audit(() => new Promise(() => {}), {
    signal: AbortSignal.timeout(200),
    while: stream.finished,
  })
  await expect(hanging).rejects.toThrow(/time/)
})

test('an audit that proves nothing is refused', async () => {
  const { stream, readCopies } = await useAuditBench({ batches: 1 })
  const late = stream.audit(readCopies, { every: 5, within: 50 })
  await expect(late).rejects.toThrow(cdcError('ERR_CDC_STATE', 'none'))
  await expect(stream.audit(readCopies)).rejects.toThrow(cdcError('ERR_CDC_STATE', 'stopped'))
  const other = await useAuditBench({ interval: 60_000 })
  await other.stream.start()
  const still = other.stream.audit(readCopies, { every: 5, while: () => {} })
  await expect(still).rejects.toThrow(cdcError('ERR_CDC_STATE', 'none'))
})

test('what cannot be an audit is refused at once', async () => {
  const { stream, readCopies } = await useAuditBench()
  await expect(stream.audit(readCopies, { every: -1 })).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', 'every'))
  await expect(stream.audit('rows' as never)).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', 'string'))
  expect(stream.state).toBe('idle')
  const lacking = stream.audit(() => ({ store_sales_heap: [{ ss_id: 1 }] }), { every: 5 })
  await expect(lacking).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', 'ss_sold_date_sk'))
})
