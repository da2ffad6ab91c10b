import * as z from 'zod/mini'
import { OptionsError } from '../../errors.js'
import { expectKnown } from '../../tables/expect-known.js'

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

/**
 * Checks the faults and completes them.
 *
 * @throws OptionsError that names the first one that cannot work, what it may be, and where it is set
 */
export function resolveFaults(faults: DeliveryFaults = {}): Required<DeliveryFaults> {
  expectKnown(faults, Object.keys(rules), '`faults`')
  for (const [name, [schema, expectation, where]] of Object.entries(rules)) {
    const value = faults[name as keyof typeof rules]
    if (value === undefined || schema.safeParse(value).success) continue
    throw new OptionsError(`Expected \`faults.${name}\` to be ${expectation}, got \`${String(value)}\`. Set ${where}.`)
  }
  const { duplicates = 0, duplicateWindow = 10, shuffle = 0, late = 0, lateBy = 3 } = faults
  return Object.freeze({ duplicates, duplicateWindow, shuffle, late, lateBy })
}
