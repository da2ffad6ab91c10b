import { expect, test } from 'vitest'
import { joinRecords, RunRecorder } from '../../src/report/run-recorder.js'
import { toFacts } from '../../src/report/report-facts.js'
import { commitAt, factsOf } from '../support/report-facts.js'

test('a record holds what the stream told', () => {
  expect(factsOf()).toMatchObject({
    format: 1,
    began: '2026-01-02T03:04:05.100Z',
    ended: '2026-01-02T03:04:06.020Z',
    seconds: 0.92,
    commits: 10,
    changes: 80,
    inserts: 50,
    updates: 20,
    deletes: 10,
    changesPerSecond: 87,
    latency: { mean: 20, slowest: 20 },
    lag: 0,
    retries: 1,
    resolved: 0,
    faults: [{ kind: 'retry', commit: 1, times: 1, text: 'connection terminated' }],
    tables: [{ table: 'orders', inserts: 50, updates: 20, deletes: 10 }],
  })
  expect(factsOf().points).toHaveLength(10)
  expect(factsOf().intervals).toHaveLength(2)
})

test('a server that stays away is one fault, and faults are bounded', () => {
  const recorder = new RunRecorder({ now: () => 5 })
  for (let attempt = 1; attempt <= 3; attempt++) {
    recorder.observe({ type: 'retry', commit: 1, attempt, reason: 'refused' })
  }
  recorder.observe({ type: 'resolved', commit: 1, committed: false })
  const text = 'The answer to COMMIT was lost; the database did not have the batch'
  expect(recorder.record().faults).toEqual([
    { kind: 'retry', at: 5, commit: 1, times: 3, text: 'refused' },
    { kind: 'resolved', at: 5, commit: 1, times: 1, text },
  ])
  for (let commit = 2; commit <= 500; commit++)
    recorder.observe({ type: 'retry', commit, attempt: 1, reason: 'refused' })
  const { faults, retries, resolved } = recorder.record()
  expect({ faults: faults.length, retries, resolved }).toEqual({ faults: 100, retries: 502, resolved: 1 })
})

test('the records of several streams add up', () => {
  const made = [3, 4].map((count) => {
    const recorder = new RunRecorder({ points: 2 })
    for (let commit = 1; commit <= count; commit++)
      recorder.observe(commitAt(commit, commit * 1000 * count, { lag: count }))
    recorder.observe({ type: 'retry', commit: count, attempt: 1, reason: 'x' })
    return recorder.record()
  })
  const joined = joinRecords(made)
  expect(joined).toMatchObject({
    commits: 7,
    inserts: 35,
    updates: 14,
    deletes: 7,
    retries: 2,
    tables: { orders: { inserts: 35, updates: 14, deletes: 7 } },
    began: made[0]!.began,
    ended: made[1]!.ended,
  })
  expect(joined.points.reduce((sum, { commits }) => sum + commits, 0)).toBe(7)
  expect(joined.faults).toHaveLength(2)
})

test('a record without commits makes facts without figures', () => {
  const facts = toFacts(
    { source: 'Vitest', version: '1', state: 'passed', outcome: '', tests: [] },
    joinRecords([new RunRecorder().record()]),
  )
  expect(facts).toMatchObject({ began: null, seconds: 0, latency: null, lag: null, intervals: [], points: [] })
})
