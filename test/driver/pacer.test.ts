import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Pace, ratePace, resolvePace } from '../../src/options/pace.js'
import { Pacer } from '../../src/driver/pacer.js'
import { RateCurve } from '../../src/driver/rate-curve.js'
import { runs } from '../support/arbitraries.js'
import { area, ratePieces } from '../support/paces.js'

/** Milliseconds that a slot may be late without being left out. */
const GRACE = 4

const every = (interval: number): Pace | undefined => resolvePace({ interval }, 2000)

interface Work {
  readonly changes: number
  /** Milliseconds. */
  readonly takes: number
}

const works = (longest: number): fc.Arbitrary<Work[]> =>
  fc.array(fc.record({ changes: fc.integer({ min: 1, max: 500 }), takes: fc.nat({ max: longest }) }), { maxLength: 60 })

/** Begins batches one after the other, as soon as each is due; tells when. */
function begin(pacer: Pacer, work: readonly Work[], origin: number): { at: number; lag: number; skipped: number }[] {
  let now = origin
  return work.flatMap(({ changes, takes }) => {
    now += pacer.wait(now)
    if (now > 1e12) return []
    const at = now
    now += takes
    return { at, ...pacer.begin(at, changes) }
  })
}

describe('an interval', () => {
  test('batches start at whole multiples of it, whatever each of them takes', () => {
    const interval = 100
    fc.assert(
      fc.property(works(350), (work) => {
        const pacer = new Pacer(every(interval))
        pacer.start(1_000)
        const starts = begin(pacer, work, 1_000).map(({ at }) => at)
        for (const [i, start] of starts.entries()) {
          const late = (start - 1_000) % interval
          const before = i === 0 ? -interval : starts[i - 1]!
          // On the slot, or late because the batch before took longer; then at once.
          if (late > 0) expect(start).toBe(before + work[i - 1]!.takes)
          // Never two for one slot, but for a slot that was missed by a timer's breadth.
          const taken = Math.ceil((before - GRACE - 1_000) / interval) - 1
          if (late > GRACE || late === 0) expect(Math.floor((start - 1_000) / interval)).toBeGreaterThan(taken)
        }
      }),
      runs(200),
    )
  })

  test('delays do not add up', () => {
    const pacer = new Pacer(every(10))
    pacer.start(0)
    const work = Array.from({ length: 1000 }, () => ({ changes: 1, takes: 3.7 }))
    expect(begin(pacer, work, 0).at(-1)!.at).toBeCloseTo(9990)
  })

  test('a slot that was missed is left out, and both the lag and the slots are told', () => {
    const pacer = new Pacer(every(10))
    pacer.start(0)
    expect(pacer.begin(0, 7)).toEqual({ lag: 0, skipped: 0 })
    expect(pacer.wait(35)).toBe(0)
    expect(pacer.begin(35, 7)).toEqual({ lag: 25, skipped: 2 })
    expect(pacer.wait(36)).toBe(4)
    expect(pacer.begin(40, 7)).toEqual({ lag: 0, skipped: 0 })
  })

  test('a slot that a timer has slept through is late, but not missed', () => {
    const pacer = new Pacer(every(1))
    pacer.start(0)
    pacer.begin(0, 1)
    expect(pacer.begin(2.5, 1)).toEqual({ lag: 1.5, skipped: 0 })
    expect(pacer.wait(2.5)).toBe(0)
  })

  test('of 0 waits for nothing', () => {
    const pacer = new Pacer(every(0))
    pacer.start(0)
    expect([pacer.wait(5), pacer.begin(5, 9), pacer.wait(5)]).toEqual([0, { lag: 0, skipped: 0 }, 0])
  })
})

describe('a rate or a schedule', () => {
  test('does not drift: a writer that takes no time begins every batch when the changes before it are due', () => {
    fc.assert(
      fc.property(ratePieces(), works(0), (pieces, work) => {
        const pacer = new Pacer({ unit: 'change', pieces })
        const curve = new RateCurve(pieces)
        pacer.start(5_000)
        let changes = 0
        for (const [i, { at, skipped }] of begin(pacer, work, 5_000).entries()) {
          const due = 5_000 + curve.secondsAt(changes) * 1000
          expect(Math.abs(at - due)).toBeLessThan(0.01 + due * 1e-6)
          expect(skipped).toBe(0)
          changes += work[i]!.changes
        }
      }),
      runs(200),
    )
  })

  test('never bursts: between two batches begin no more changes than the schedule has there, but for the first of them', () => {
    fc.assert(
      fc.property(ratePieces(), works(3_000), (pieces, work) => {
        const pacer = new Pacer({ unit: 'change', pieces })
        pacer.start(0)
        const starts = begin(pacer, work, 0).filter(({ at }) => at < 1e6)
        for (const [i, first] of starts.entries()) {
          let changes = 0
          for (let j = i + 1; j < starts.length; j++) {
            changes += work[j - 1]!.changes
            const allowed = area(pieces, Math.max(0, first.at - GRACE) / 1000, starts[j]!.at / 1000)
            expect(changes).toBeLessThanOrEqual(allowed * (1 + 1e-6) + work[i]!.changes + 0.01)
          }
        }
      }),
      runs(60),
    )
  })

  test('a slow writer is told its lag, and every slot either begins or is left out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), works(3_000), (rate, work) => {
        const pacer = new Pacer(ratePace(rate))
        pacer.start(0)
        let position = 0
        for (const [i, { at, lag, skipped }] of begin(pacer, work, 0).entries()) {
          const { changes } = work[i]!
          expect(lag).toBeCloseTo(Math.max(0, at - (position / rate) * 1000), 3)
          position += skipped * changes
          // What was left out had been due, and what begins is not due for longer than its slot lasts.
          expect((position / rate) * 1000).toBeLessThanOrEqual(at + 0.01)
          expect(at - (position / rate) * 1000).toBeLessThanOrEqual((changes / rate) * 1000 + GRACE + 0.01)
          position += changes
        }
      }),
      runs(200),
    )
  })

  test('a batch that is late into a pause leaves out no slot that comes after it', () => {
    const pieces = [
      { seconds: 1, from: 100, to: 100 },
      { seconds: 9, from: 0, to: 0 },
    ]
    const pacer = new Pacer({ unit: 'change', pieces })
    pacer.start(0)
    pacer.begin(0, 50)
    expect(pacer.begin(5_000, 50)).toEqual({ lag: 4_500, skipped: 0 })
    expect(pacer.wait(5_000)).toBeCloseTo(5_000)
    pacer.begin(10_000, 50)
    expect(pacer.wait(10_000)).toBeCloseTo(500)
  })

  test('stands still while the load does', () => {
    const pieces = [
      { seconds: 4, from: 10, to: 10 },
      { seconds: Number.POSITIVE_INFINITY, from: 100, to: 100 },
    ]
    const pacer = new Pacer({ unit: 'change', pieces })
    pacer.start(0)
    pacer.begin(0, 10)
    pacer.stop(500)
    expect(pacer.begin(9_000, 10)).toEqual({ lag: 0, skipped: 0 })
    pacer.start(100_000)
    expect(pacer.wait(100_000)).toBe(0)
    pacer.begin(100_000, 10)
    expect(pacer.wait(100_000)).toBeCloseTo(1000)
    pacer.begin(101_000, 30)
    // 2.5 seconds are left of the first step: 25 changes, and 5 of the second.
    expect(pacer.wait(101_000)).toBeCloseTo(2550)
  })
})

describe('setRate', () => {
  const afterRate = (pace: Pace | undefined): Pacer => {
    const pacer = new Pacer(pace)
    pacer.start(0)
    pacer.begin(0, 100)
    return pacer
  }

  test('gives what is left of the slot the new rate', () => {
    const pacer = afterRate(ratePace(100))
    pacer.setRate(200, 400)
    expect(pacer.wait(400)).toBeCloseTo(300)
    pacer.setRate(1, 550)
    expect(pacer.wait(550)).toBeCloseTo(30_000)
    pacer.setRate(1e9, 600)
    expect(pacer.wait(600)).toBeLessThan(0.1)
  })

  test('counts the changes of the last batch where batches had an interval', () => {
    const pacer = afterRate(every(1000))
    pacer.setRate(25, 500)
    expect(pacer.wait(500)).toBeCloseTo(2000)
  })

  test('lets a batch that is late stay as late as it is', () => {
    const pacer = afterRate(ratePace(100))
    pacer.setRate(10, 1500)
    expect(pacer.begin(1600, 100)).toEqual({ lag: 600, skipped: 0 })
    expect(pacer.wait(1600)).toBeCloseTo(9400)
  })

  test('where there was no pace, the next batch is due now', () => {
    const pacer = afterRate(undefined)
    pacer.setRate(10, 500)
    expect(pacer.wait(500)).toBe(0)
    expect(pacer.begin(500, 100)).toEqual({ lag: 0, skipped: 0 })
    expect(pacer.wait(500)).toBeCloseTo(10_000)
  })

  test('holds for a load that stands still and goes on', () => {
    const pacer = afterRate(ratePace(100))
    pacer.stop(100)
    pacer.setRate(50, 200)
    pacer.start(5_000)
    expect(pacer.wait(5_000)).toBe(0)
    pacer.begin(5_000, 100)
    expect(pacer.wait(5_000)).toBeCloseTo(2000)
  })

  test('never bursts either, whenever and however often it is called', () => {
    const calls = fc.array(fc.record({ after: fc.nat({ max: 2_000 }), rate: fc.integer({ min: 1, max: 5_000 }) }), {
      maxLength: 6,
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), calls, works(1_000), (first, given, work) => {
        const pacer = new Pacer(ratePace(first))
        pacer.start(0)
        const rates = [{ at: 0, rate: first }]
        let changing = 0
        const set = given.map(({ after, rate }) => ({ at: (changing += after), rate }))
        const starts: number[] = []
        let now = 0
        for (const { changes, takes } of work) {
          for (;;) {
            const due = now + pacer.wait(now)
            if (set[0] === undefined || set[0].at > due) {
              now = due
              break
            }
            const { at, rate } = set.shift()!
            now = Math.max(now, at)
            pacer.setRate(rate, now)
            rates.push({ at: now, rate })
          }
          starts.push(now)
          pacer.begin(now, changes)
          now += takes
        }
        const fastest = Math.max(...rates.map(({ rate }) => rate))
        const pieces = rates.map(({ at, rate }, i) => {
          const seconds = ((rates[i + 1]?.at ?? Number.POSITIVE_INFINITY) - at) / 1000
          return { seconds, from: rate, to: rate }
        })
        const most = Math.max(...work.map(({ changes }) => changes))
        for (const [i, start] of starts.entries()) {
          let changes = 0
          for (let j = i + 1; j < starts.length; j++) {
            changes += work[j - 1]!.changes
            const until = starts[j]!
            const changed = rates.filter(({ at }) => at > start && at <= until).length
            const allowed = area(pieces, start / 1000, until / 1000) + (GRACE / 1000) * fastest
            expect(changes).toBeLessThanOrEqual(allowed * (1 + 1e-6) + most * (1 + changed) + 0.01)
          }
        }
      }),
      runs(60),
    )
  })
})
