import fc from 'fast-check'
import { expect, test } from 'vitest'
import { faultyDelivery } from '../../../src/events/delivery/faulty-delivery.js'
import { type DeliveryFaults } from '../../../src/index.js'
import { runs, seeds } from '../../support/arbitraries.js'
import { cdcError } from '../../support/cdc-error.js'

interface Event {
  readonly number: number
}

/** Commits of numbered events. */
const feeds = fc.array(fc.nat(12), { maxLength: 30 }).map((sizes) => {
  let number = 0
  return sizes.map((size) => Array.from({ length: size }, (): Event => ({ number: number++ })))
})

const shares = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }))

const faultsOf = fc.record(
  {
    duplicates: shares,
    duplicateWindow: fc.integer({ min: 1, max: 40 }),
    shuffle: fc.nat(40),
    late: shares,
    lateBy: fc.integer({ min: 1, max: 6 }),
  },
  { requiredKeys: [] },
)

/** What is held back at the end comes last. */
const deliver = (feed: Event[][], seed: number, faults?: DeliveryFaults): Event[][] => {
  const delivery = faultyDelivery<Event>(seed, faults)
  const delivered = feed.map((events) => delivery.next(events))
  const rest = delivery.rest()
  return rest.length > 0 ? [...delivered, rest] : delivered
}

const numbers = (feed: readonly (readonly Event[])[]): number[] => feed.flat().map(({ number }) => number)

test('nothing is lost, and what comes twice comes as an exact copy', () => {
  const property = fc.property(feeds, seeds(), faultsOf, (feed, seed, faults) => {
    const delivered = deliver(feed, seed, faults)
    const events = feed.flat()
    expect(new Set(numbers(delivered))).toEqual(new Set(numbers(feed)))
    for (const event of delivered.flat()) expect(event).toEqual(events[event.number])
    const twice = delivered.flat().length - events.length
    expect(twice).toBeLessThanOrEqual(events.length)
    if (faults.duplicates === 1) expect(twice).toBe(events.length)
    if (!faults.duplicates) expect(twice).toBe(0)
  })
  fc.assert(property, runs(300))
})

test('the same seed delivers the same, another seed something else', () => {
  const feed = Array.from({ length: 20 }, (_, commit) =>
    Array.from({ length: 10 }, (_, index) => ({ number: commit * 10 + index })),
  )
  const faults = { duplicates: 0.1, shuffle: 4, late: 0.1 }
  expect(deliver(feed, 7, faults)).toEqual(deliver(feed, 7, faults))
  expect(deliver(feed, 8, faults)).not.toEqual(deliver(feed, 7, faults))
})

test('without faults everything comes as it is', () => {
  const property = fc.property(feeds, seeds(), (feed, seed) => {
    expect(deliver(feed, seed)).toEqual(feed)
    expect(deliver(feed, seed, { duplicates: 0, shuffle: 0, late: 0 })).toEqual(feed)
  })
  fc.assert(property, runs(50))
})

test('a shuffled event is at most so many places from its own', () => {
  const property = fc.property(feeds, seeds(), fc.integer({ min: 1, max: 40 }), (feed, seed, shuffle) => {
    numbers(deliver(feed, seed, { shuffle })).forEach((number, place) => {
      expect(Math.abs(number - place)).toBeLessThanOrEqual(shuffle)
    })
  })
  fc.assert(property, runs(200))
})

test('shuffling moves events as far as it may', () => {
  const feed = [Array.from({ length: 2000 }, (_, number) => ({ number }))]
  for (const shuffle of [1, 2, 3]) {
    const distances = numbers(deliver(feed, 1, { shuffle })).map((number, place) => number - place)
    expect([Math.min(...distances), Math.max(...distances)]).toEqual([-shuffle, shuffle])
  }
})

test('a copy comes at most so many events later, behind its event', () => {
  const property = fc.property(
    feeds,
    seeds(),
    shares,
    fc.integer({ min: 1, max: 40 }),
    (feed, seed, duplicates, duplicateWindow) => {
      const seen = new Map<number, number>()
      let originals = 0
      for (const number of numbers(deliver(feed, seed, { duplicates, duplicateWindow }))) {
        const before = seen.get(number)
        if (before === undefined) {
          // Events themselves keep their order.
          expect(number).toBe(originals)
          seen.set(number, originals++)
        } else {
          expect(originals - 1 - before).toBeGreaterThanOrEqual(originals < feed.flat().length ? 1 : 0)
          expect(originals - 1 - before).toBeLessThanOrEqual(duplicateWindow)
        }
      }
    },
  )
  fc.assert(property, runs(200))
})

test('a late event comes exactly so many commits later, behind those of that commit', () => {
  const property = fc.property(feeds, seeds(), shares, fc.integer({ min: 1, max: 6 }), (feed, seed, late, lateBy) => {
    const commitOf = new Map(feed.flatMap((events, commit) => events.map(({ number }) => [number, commit] as const)))
    const delivered = deliver(feed, seed, { late, lateBy })
    delivered.forEach((events, commit) => {
      let lateSoFar = false
      for (const { number } of events) {
        const delay = commit - commitOf.get(number)!
        const isLate = delay !== 0 || commit >= feed.length
        if (commit < feed.length) expect([0, lateBy]).toContain(delay)
        else expect(commitOf.get(number)).toBeGreaterThanOrEqual(feed.length - lateBy)
        expect(isLate || !lateSoFar).toBe(true)
        lateSoFar = isLate
      }
    })
    if (late === 1) for (const events of delivered.slice(0, Math.min(lateBy, feed.length))) expect(events).toEqual([])
  })
  fc.assert(property, runs(200))
})

test('shares are kept', () => {
  const feed = [Array.from({ length: 20_000 }, (_, number) => ({ number })), [], [], [], []]
  const twice = deliver(feed, 3, { duplicates: 0.1 }).flat().length - 20_000
  expect(twice / 20_000).toBeCloseTo(0.1, 1)
  const inTime = deliver(feed, 3, { late: 0.3 })[0]!.length
  expect(inTime / 20_000).toBeCloseTo(0.7, 1)
})

test.for<[DeliveryFaults, (string | number)[]]>([
  [{ duplicates: 1.1 }, ['`faults.duplicates`', 0, 1, '`1.1`', '--event-duplicates']],
  [{ duplicateWindow: 0 }, ['`faults.duplicateWindow`', 1, 1_000_000, '`0`']],
  [{ shuffle: 1.5 }, ['`faults.shuffle`', 0, 1_000_000, '`1.5`', '--event-shuffle']],
  [{ late: -1 }, ['`faults.late`', 0, 1, '`-1`', '--event-late', 'CDC_EVENT_LATE']],
  [{ lateBy: 0 }, ['`faults.lateBy`', 1, 1_000_000, '`0`']],
])('%o is refused', ([faults, named]) => {
  expect(() => deliver([], 1, faults)).toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
})
