import { describe, expect, test } from 'vitest'
import { type CdcStream, type CommitEvent, createCdcStream, type StreamEvent } from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
import { useClient, useSchema } from '../support/server.js'
import { orders } from '../support/orders.js'

const FAST = { batchSize: 10, seed: 7, createTables: true } as const
const HOUR = 3600

/** Collects what a stream tells of its commits. */
function observed(): { readonly commits: CommitEvent[]; readonly observe: (event: StreamEvent) => void } {
  const commits: CommitEvent[] = []
  return { commits, observe: (event) => void (event.type === 'commit' && commits.push(event)) }
}

/** Milliseconds from one commit's beginning to another's. */
const between = (a: CommitEvent, b: CommitEvent): number => b.at - b.milliseconds - (a.at - a.milliseconds)

describe('a rate', () => {
  test('gives every batch the time of its changes', async () => {
    const { commits, observe } = observed()
    // Batches of 2 × 10 changes, 400 a second: one in 50 ms.
    await using stream = createCdcStream({ ...FAST, target: await useSchema(), batches: 11, rate: 400, observe })
    await stream.start()
    const { response, latency } = await stream.finished
    // No batch begins before its turn, to the rounding of the clock; and none is left out while it is slow to begin.
    expect(between(commits[0]!, commits[10]!)).toBeGreaterThanOrEqual(10 * 50 - 20)
    expect(response.max).toBeGreaterThanOrEqual(latency.max)
  })

  test('holds for a schedule: a burst between two pauses', async () => {
    const { commits, observe } = observed()
    const schedule = [
      { seconds: 0.3, rate: 0 },
      { seconds: 0.1, rate: 2000 },
      { seconds: HOUR, rate: 0 },
    ]
    await using stream = createCdcStream({ ...FAST, target: 'none', continuous: true, schedule, observe })
    const begun = Date.now()
    await stream.start()
    expect(Date.now() - begun).toBeGreaterThanOrEqual(290)
    // 200 changes are due, in batches of 20; slots that this machine is too slow for are left out.
    await expect.poll(() => commits.reduce((sum, { skipped }) => sum + 1 + skipped, 0)).toBe(10)
    await stream.stop()
    expect(commits.length).toBeLessThanOrEqual(10)
  })
})

describe.each([
  ['on the worker thread', 'both' as const],
  ['on the caller’s thread', [orders]],
])('setRate %s', (_, tables) => {
  const open = async (options: object): Promise<CdcStream> =>
    createCdcStream({ ...FAST, target: await useSchema(), tables, continuous: true, ...options })

  test('takes effect at once, also while a batch is waited for', async () => {
    await using stream = await open({ interval: HOUR * 1000 })
    await stream.start()
    expect(stream.stats().commits).toBe(1)
    stream.setRate(5_000)
    await stream.reached(5)
    stream.setRate(0.001)
    await stream.pause()
    const { commit } = stream.ledger
    stream.resume()
    await stream.reached(commit + 1)
    stream.setRate(5_000)
    await stream.reached(commit + 4)
    await stream.stop()
    expect(await stream.verify()).toMatchObject({ equal: true })
  })

  test('holds for a stream that has not begun', async () => {
    await using stream = await open({ interval: HOUR * 1000 })
    stream.setRate(5_000)
    await stream.start()
    await expect(stream.reached(5)).resolves.toBeUndefined()
  })
})

test('setRate refuses what no stream can keep to, and a stream that has ended', async () => {
  await using stream = createCdcStream({ ...FAST, target: 'none', batches: 1 })
  for (const rate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => stream.setRate(rate)).toThrow(cdcError('ERR_CDC_OPTIONS', '`rate`', `\`${rate}\``))
  }
  await stream.start()
  await stream.finished
  expect(() => stream.setRate(5)).toThrow(cdcError('ERR_CDC_STATE', '`setRate()`', 'stopped'))
})

test('a batch that waits for the database counts from its place on the schedule, and so do slots left out', async () => {
  const connection = await useSchema()
  const { commits, observe } = observed()
  const events: string[] = []
  await using stream = createCdcStream({
    ...FAST,
    target: connection,
    continuous: true,
    rate: 1000,
    observe: (event) => {
      events.push(event.type)
      observe(event)
    },
  })
  const client = await useClient(connection)
  await stream.start()
  await client.query(`BEGIN; LOCK TABLE ${connection.schema}.store_sales_heap IN EXCLUSIVE MODE`)
  const before = stream.ledger.commit
  // The lock is held for as long as 15 batches have their turn.
  await client.query('SELECT pg_sleep(0.3)')
  await client.query('COMMIT')
  await stream.reached(before + 4)
  const { latency, response } = await stream.stop()
  const slow = commits.findIndex(({ milliseconds }) => milliseconds > 200)
  const after = commits[slow + 1]!
  expect(after.skipped).toBeGreaterThanOrEqual(9)
  expect(after.lag).toBeGreaterThan(150)
  expect(events).toContain('lag')
  // One batch was slow, but a steady client would have met many slow answers.
  expect(response.p50).toBeGreaterThan(50)
  expect(latency.p50).toBeLessThan(response.p50)
  expect(response.max).toBeGreaterThanOrEqual(latency.max)
})
