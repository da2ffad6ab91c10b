import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Pacer } from '../../src/stream/pacer.js'

test('batches start at whole multiples of the interval, whatever each of them takes', () => {
  const interval = 100
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 350 }), { maxLength: 50 }), (durations) => {
      const pacer = new Pacer(interval)
      let now = 1_000
      pacer.start(now)
      const starts = durations.map((duration) => {
        now += pacer.next(now)
        const start = now
        now += duration
        return start
      })
      for (const [i, start] of starts.entries()) {
        const late = (start - 1_000) % interval
        const before = i === 0 ? -interval : starts[i - 1]!
        // On the slot, or late because the batch before took longer; then at once, and never two for one slot.
        if (late > 0) expect(start).toBe(before + durations[i - 1]!)
        expect(Math.floor((start - 1_000) / interval)).toBeGreaterThan(Math.floor((before - 1_000) / interval))
      }
    }),
  )
})

test('delays do not add up', () => {
  const pacer = new Pacer(10)
  let now = 0
  pacer.start(now)
  for (let i = 0; i < 1000; i++) now += pacer.next(now) + 3.7
  expect(now).toBeCloseTo(999 * 10 + 3.7)
})

test('a slot that was missed is left out and the lag is told', () => {
  const pacer = new Pacer(10)
  pacer.start(0)
  expect(pacer.next(0)).toBe(0)
  expect(pacer.next(35)).toBe(0)
  expect(pacer.lag).toBe(25)
  expect(pacer.next(36)).toBe(4)
  expect(pacer.lag).toBe(0)
})

test('without an interval nothing waits', () => {
  const pacer = new Pacer(0)
  pacer.start(0)
  expect([pacer.next(5), pacer.next(5), pacer.lag]).toEqual([0, 0, 0])
})
