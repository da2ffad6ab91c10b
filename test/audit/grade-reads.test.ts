import fc from 'fast-check'
import { expect, test } from 'vitest'
import { auditWords } from '../../src/audit/audit-grade.js'
import type { AuditFacts, AuditRead, ShownTable } from '../../src/audit/audit-read.js'
import { commonRanges, includesCommit, toRanges } from '../../src/audit/commit-ranges.js'
import { gradeReads } from '../../src/audit/grade-reads.js'
import { percentilesOf } from '../../src/audit/percentiles.js'
import { runs } from '../support/arbitraries.js'

/** A commit each 10 ms, a read each 7 ms that takes 2. */
const timeOf = (commit: number): number | undefined => (commit >= 1 ? 1000 + 10 * commit : undefined)
const LAST = 20

/** What a table shows: after some commits, or a state of none. */
const shown = (...commits: readonly number[]): ShownTable => ({ commits: toRanges(commits), foreign: false })

function read(index: number, tables: AuditRead['tables']): AuditRead {
  const began = 1000 + 7 * index
  const acknowledged = Math.min(LAST, Math.max(0, Math.floor((began - 1000) / 10)))
  return { began, ended: began + 2, acknowledged, tables, anomalies: [] }
}

const facts = (states: readonly AuditRead['tables'][], more: Partial<AuditFacts> = {}): AuditFacts => ({
  reads: states.map((tables, index) => read(index, tables)),
  failed: { reads: 0, first: undefined },
  commit: LAST,
  snapshots: true,
  leftOver: { missing: 0, extra: 0 },
  timeOf,
  ...more,
})

const both = (a: readonly number[], b: readonly number[]): AuditRead['tables'] => ({ a: shown(...a), b: shown(...b) })
const end = both([LAST], [LAST])

test.for([
  { name: 'in order', states: [both([1], [1]), both([1], [1]), both([3], [3]), end], grade: 'exact' },
  { name: 'a table that does not change', states: [both([1, 2, 3], [1]), both([1, 2, 3], [3]), end], grade: 'exact' },
  { name: 'tables apart', states: [both([1], [2]), end], grade: 'per table' },
  {
    name: 'all tables go back, none by itself',
    states: [both([1, 5], [4, 5]), both([1, 4, 6], [4]), end],
    grade: 'per table',
  },
  { name: 'no commit', states: [both([1], []), end], grade: 'eventually' },
  { name: 'a table goes back', states: [both([4], [4]), both([3], [3]), end], grade: 'eventually' },
  { name: 'no end', states: [both([1], [1]), both([19], [19])], grade: 'lossy' },
  { name: 'one table has no end', states: [both([1], [1]), both([20], [])], grade: 'lossy' },
])('$name: $grade', ({ states, grade }) => {
  const found = gradeReads(facts(states))
  expect(found.grade, found.because).toBe(grade)
})

test('a row that no commit had is wrong, and so is one too many at the end', () => {
  expect(gradeReads(facts([{ a: { commits: [], foreign: true } }, { a: shown(LAST) }])).grade).toBe('wrong')
  const over = { leftOver: { missing: 3, extra: 1 } }
  expect(gradeReads(facts([{ a: shown(1) }, { a: shown() }], over)).grade).toBe('wrong')
  // What is over at an end that the sink has reached is of a read before.
  expect(gradeReads(facts([{ a: shown(1) }, { a: shown(LAST) }], over))).toMatchObject({
    grade: 'exact',
    leftOver: { extra: 0 },
  })
})

test('without snapshots tables are not graded together, but a single one is', () => {
  expect(gradeReads(facts([both([1], [1]), end], { snapshots: false }))).toMatchObject({
    grade: 'per table',
    together: undefined,
  })
  expect(gradeReads(facts([{ a: shown(1) }, { a: shown(LAST) }], { snapshots: false })).grade).toBe('exact')
})

const commit = fc.nat({ max: LAST })
const table = fc.record({
  commits: fc.uniqueArray(commit, { maxLength: 4 }).map((list) => toRanges(list.toSorted((a, b) => a - b))),
  foreign: fc.constant(false),
})
const states = fc.array(fc.record({ a: table, b: table }), { minLength: 1, maxLength: 12 })

test('a sequence that can be in order is never told to go back', () => {
  fc.assert(
    fc.property(states, (list) => {
      const { tables } = gradeReads(facts(list))
      // By trying all choices of commits, as a reader would by hand.
      let possible = new Set([0])
      for (const { a } of list) {
        if (a.commits.length === 0) continue
        const next = new Set<number>()
        for (const floor of possible) {
          for (let one = floor; one <= LAST; one++) if (includesCommit(a.commits, one)) next.add(one)
        }
        possible = next
      }
      expect(tables['a']!.backwards === 0).toBe(possible.size > 0)
    }),
    runs(500),
  )
})

test('one read that is worse never makes a grade better', () => {
  fc.assert(
    fc.property(states, fc.nat(), (list, at) => {
      const sound = [...list, { a: shown(LAST), b: shown(LAST) }]
      const worse = sound.with(at % list.length, { a: shown(), b: sound[at % list.length]!.b })
      const rank = (of: typeof sound): number => auditWords.indexOf(gradeReads(facts(of)).grade)
      expect(rank(worse)).toBeGreaterThanOrEqual(rank(sound) === 2 ? 2 : Math.max(rank(sound), 2))
    }),
    runs(300),
  )
})

test('shares, staleness and the curve are those of the reads', () => {
  fc.assert(
    fc.property(states, (list) => {
      const given = facts(list)
      const { reads, curve, staleness, together, tables } = gradeReads(given)
      expect(reads).toBe(list.length)
      expect(curve.map((point) => point.reads)).toEqual(list.map(() => 1))
      const joint = list.filter(({ a, b }) => commonRanges([a.commits, b.commits]).length > 0)
      expect(together!.commits).toBe(joint.length)
      expect(tables['a']!.share).toBeCloseTo(list.filter(({ a }) => a.commits.length > 0).length / list.length)
      const known = curve.flatMap(({ milliseconds }) => milliseconds ?? [])
      expect(staleness?.reads ?? 0).toBe(known.length)
      if (staleness) {
        expect(staleness.milliseconds.max).toBe(Math.max(...known))
        expect(staleness.age.max).toBeGreaterThanOrEqual(staleness.milliseconds.max)
      }
      for (const [index, { began, acknowledged, tables: read }] of given.reads.entries()) {
        const newest = commonRanges(Object.values(read).map(({ commits }) => commits)).at(-1)?.last
        if (newest === undefined) continue
        const behind = Math.max(0, acknowledged - newest)
        expect(curve[index]).toMatchObject({
          commits: behind,
          milliseconds: behind === 0 ? 0 : began - timeOf(newest + 1)!,
        })
      }
    }),
    runs(300),
  )
})

test('the first evidence of each anomaly is kept, with how many reads have it', () => {
  const torn = {
    name: 'torn transaction',
    table: 'a',
    key: '1',
    commit: 2,
    text: 'torn transaction: …',
    history: undefined,
  } as const
  const given = facts([both([4], [4]), both([3], [3]), both([], [3]), both([], [3]), end])
  const reads = given.reads.map((one, index) =>
    index === 2 || index === 3 ? { ...one, anomalies: [{ ...torn, commit: index }] } : one,
  )
  const { anomalies } = gradeReads({ ...given, reads })
  expect(anomalies).toMatchObject([
    { name: 'backwards', table: 'a', reads: 3, read: 2, at: 7, commit: 3 },
    { name: 'torn transaction', reads: 2, read: 3, at: 14, commit: 2 },
  ])
})

test('a long audit has a curve of bounded length, and loses no read', () => {
  const many = Array.from({ length: 1234 }, (_, index) =>
    both([Math.min(LAST, index >> 6)], [index === 700 ? 0 : Math.min(LAST, index >> 6)]),
  )
  const { curve } = gradeReads(facts(many))
  expect(curve.length).toBeLessThanOrEqual(500)
  expect(curve.reduce((sum, { reads }) => sum + reads, 0)).toBe(1234)
  expect(curve.filter(({ verdict }) => verdict !== 'commit')).toHaveLength(1)
})

test('caught up is counted from the last acknowledgement to the first read that stays', () => {
  const last = { a: shown(LAST) }
  const states = [...Array.from({ length: 30 }, () => ({ a: shown(1) })), last, { a: shown(19) }, last, last]
  const given = facts(states)
  expect(gradeReads(given).caughtUp).toBe(given.reads[32]!.ended - timeOf(LAST)!)
})

test('percentiles are values by nearest rank', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), (values) => {
      const { p50, p95, p99, max } = percentilesOf(values)!
      for (const [share, value] of [
        [0.5, p50],
        [0.95, p95],
        [0.99, p99],
        [1, max],
      ] as const) {
        expect(values).toContain(value)
        expect(values.filter((one) => one <= value).length).toBeGreaterThanOrEqual(share * values.length)
        expect(values.filter((one) => one < value).length).toBeLessThan(share * values.length)
      }
    }),
    runs(200),
  )
  expect(percentilesOf([])).toBeUndefined()
})
