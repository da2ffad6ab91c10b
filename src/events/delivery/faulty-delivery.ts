import { isHit, Random } from '../../tables/random.js'
import * as z from 'zod/mini'
import { OptionsError } from '../../errors.js'
import { expectKnown } from '../../tables/expect-known.js'

/**
 * The way of events to a consumer that does not get them right: late, then twice, then out of order.
 *
 * @param seed the same seed and events give the same delivery
 * @throws OptionsError for faults that cannot be
 */
export function faultyDelivery<E>(seed: number, faults?: DeliveryFaults): Delivery<E> {
  const { duplicates, duplicateWindow, shuffle, late, lateBy } = resolveFaults(faults)
  const steps: Delivery<E>[] = []
  if (late > 0) steps.push(lateEvents(seed, late, lateBy))
  if (duplicates > 0) steps.push(duplicateEvents(seed, duplicates, duplicateWindow))
  if (shuffle > 0) steps.push(shuffledEvents(seed, shuffle))
  const direct: Delivery<E> = { next: (events) => [...events], rest: () => [] }
  return steps.reduce(inSequence, direct)
}

/** Delivers a share of the events some commits later, behind the events of that commit. */
function lateEvents<E>(seed: number, share: number, commits: number): Delivery<E> {
  const random = new Random(seed, 'late event')
  const held: E[][] = []
  let index = 0
  return {
    next: (events) => {
      const late: E[] = []
      const inTime: E[] = []
      for (const event of events) (isHit(random.at(index++), share) ? late : inTime).push(event)
      held.push(late)
      return held.length > commits ? [...inTime, ...held.shift()!] : inTime
    },
    rest: () => held.splice(0).flat(),
  }
}

/** Delivers a share of the events a second time, at most `window` events later. */
function duplicateEvents<E>(seed: number, share: number, window: number): Delivery<E> {
  const random = new Random(seed, 'duplicate event')
  /** `due` is the event behind which the copy comes. */
  let copies: { readonly event: E; readonly due: number }[] = []
  let index = 0
  return {
    next: (events) => {
      const delivered: E[] = []
      for (const event of events) {
        delivered.push(event)
        const due = copies.filter((copy) => copy.due === index)
        if (due.length > 0) copies = copies.filter((copy) => copy.due !== index)
        for (const copy of due) delivered.push(copy.event)
        random.at(index)
        if (isHit(random, share)) {
          copies.push({ event: structuredClone(event), due: index + random.between(1, window) })
        }
        index += 1
      }
      return delivered
    },
    rest: () => {
      const rest = copies.toSorted((a, b) => a.due - b.due).map(({ event }) => event)
      copies = []
      return rest
    },
  }
}

/** A step on the way of events: takes those of one commit after the other, and gives what is delivered with them. */
export interface Delivery<E> {
  /** The events of the next commit go in; what is delivered then comes out. */
  next(events: readonly E[]): E[]
  /** What was still held back when the last commit is through. */
  rest(): E[]
}

function inSequence<E>(first: Delivery<E>, second: Delivery<E>): Delivery<E> {
  return {
    next: (events) => second.next(first.next(events)),
    rest: () => [...second.next(first.rest()), ...second.rest()],
  }
}

/**
 * Delivers events out of order. Event i gets a place from i to i + window + ½ in steps of ½, so that at most `window`
 * events overtake it and it overtakes at most as many; without the halves it could be one less.
 */
function shuffledEvents<E>(seed: number, window: number): Delivery<E> {
  const random = new Random(seed, 'place of an event')
  /** In the order of their places, in which they are delivered. */
  const held: { readonly event: E; readonly place: number }[] = []
  let index = 0
  const take = (upTo: number): E[] => {
    let count = 0
    while (count < held.length && held[count]!.place <= upTo) count += 1
    return held.splice(0, count).map(({ event }) => event)
  }
  return {
    next: (events) =>
      events.flatMap((event) => {
        const place = index + random.at(index).between(0, 2 * window + 1) / 2
        held.splice(positionOf(held, place), 0, { event, place })
        // No later event can have a place before the next one's number.
        index += 1
        return take(index)
      }),
    rest: () => take(Number.POSITIVE_INFINITY),
  }
}

/** Behind all that have the same place or a lower one. */
function positionOf(held: readonly { readonly place: number }[], place: number): number {
  let [low, high] = [0, held.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (held[middle]!.place <= place) low = middle + 1
    else high = middle
  }
  return low
}

/** What goes wrong on the way of events to their consumer. Nothing is ever lost. Which events it hits follows from the seed. */
export interface DeliveryFaults {
  /** The share of events, 0 to 1, that are delivered a second time. @default 0 */
  readonly duplicates?: number
  /** How many events later, at most, the copy comes. @default 10 */
  readonly duplicateWindow?: number
  /** By how many places, at most, an event comes too early or too late; 0 keeps the order. @default 0 */
  readonly shuffle?: number
  /** The share of events, 0 to 1, that are delivered `lateBy` commits later. @default 0 */
  readonly late?: number
  /** How many commits later a late event comes: at the end of that commit's events. @default 3 */
  readonly lateBy?: number
}

const share = z.number().check(z.gte(0), z.lte(1))
const window = (least: number): z.ZodMiniNumber => z.int().check(z.gte(least), z.lte(1_000_000))

const rules = {
  duplicates: [share, 'a number from 0 to 1', '--event-duplicates or CDC_EVENT_DUPLICATES'],
  duplicateWindow: [window(1), 'an integer from 1 to 1000000', '`faults.duplicateWindow`'],
  shuffle: [window(0), 'an integer from 0 to 1000000', '--event-shuffle or CDC_EVENT_SHUFFLE'],
  late: [share, 'a number from 0 to 1', '--event-late or CDC_EVENT_LATE'],
  lateBy: [window(1), 'an integer from 1 to 1000000', '`faults.lateBy`'],
} as const

/** @throws OptionsError that names the first one that cannot work, what it may be, and where it is set */
function resolveFaults(faults: DeliveryFaults = {}): Required<DeliveryFaults> {
  expectKnown(faults, Object.keys(rules), '`faults`')
  for (const [name, [schema, expectation, where]] of Object.entries(rules)) {
    const value = faults[name as keyof typeof rules]
    if (value === undefined || schema.safeParse(value).success) continue
    throw new OptionsError(`Expected \`faults.${name}\` to be ${expectation}, got \`${String(value)}\`. Set ${where}.`)
  }
  const { duplicates = 0, duplicateWindow = 10, shuffle = 0, late = 0, lateBy = 3 } = faults
  return Object.freeze({ duplicates, duplicateWindow, shuffle, late, lateBy })
}
