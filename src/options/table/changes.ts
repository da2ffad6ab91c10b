import { z } from 'zod'
import { type HazardOptions, resolveHazards } from '../../plan/hazards.js'
import type { MixWeights } from '../../plan/mix.js'
import { DAYS, julianDay } from '../../tables/julian-day.js'
import { nullKinds } from '../../tables/row-options.js'
import { SCALE_FACTORS } from '../../tables/scale.js'
import { option } from '../option.js'
import { readHazards } from '../read-hazards.js'
import { readRatio } from '../read-ratio.js'
import { readNumber, readText } from '../read-value.js'
import { choice, integer, value } from '../values.js'
import { everywhere } from './who.js'

const weights = z.object({ insert: z.number(), update: z.number(), delete: z.number() }).partial().strict()
const share = z.number().min(0).max(1)
const hazardShares = z
  .object({ hotKeys: share, sameKeyChains: share, reinsert: share, noopUpdates: share, keyChange: z.unknown() })
  .partial()
  .strict()

/** What the changes are made of. */
export const changeOptions = {
  /**
   * The mix of changes: weights, or a number r from 0 to 0.5 for r/2 UPDATEs and r/2 DELETEs.
   * @default one or two UPDATEs and one or two DELETEs in every 800 changes
   */
  ratio: option({
    value: value<number | MixWeights>(
      z.union([z.number(), weights]),
      'a number, or weights { insert, update, delete }',
      readRatio,
    ),
    has: everywhere,
    carried: true,
    canonical: inOrder,
    command: {
      flags: '--ratio <mix>',
      variable: 'CDC_RATIO',
      help: 'weights INSERT/UPDATE/DELETE such as 70/20/10, or a number r from 0 to 0.5 for r/2 UPDATEs and r/2 DELETEs',
      shown: '1-2 UPDATEs and 1-2 DELETEs in every 800 changes',
      line: { text: ratioText, always: true },
    },
  }),
  /** What makes life hard for those who read the changes. @default none */
  hazards: option({
    value: value<HazardOptions>(
      hazardShares,
      'shares from 0 to 1 of hotKeys, sameKeyChains, reinsert and noopUpdates',
      readHazards,
    ),
    has: everywhere,
    carried: true,
    canonical: resolveHazards,
    command: {
      flags: '--hazards <list>',
      variable: 'CDC_HAZARDS',
      help: 'what makes life hard for readers of the changes, with shares from 0 to 1, such as hotKeys=0.5,sameKeyChains=0.1,reinsert=0.1,noopUpdates=0.1',
      shown: 'none',
      line: {
        text: (hazards = {}) =>
          Object.entries(hazards)
            .map(([name, of]) => `${name}=${of}`)
            .join(', '),
      },
    },
  }),
  /** An integer from 0 to 4,294,967,295 from which all changes follow. @default random, and reported */
  seed: option({
    value: integer(0, 0xffff_ffff),
    has: ['engine', 'tests', 'command'],
    carried: true,
    command: {
      flags: '--seed <number>',
      variable: 'CDC_SEED',
      help: 'an integer from which all changes follow',
      shown: 'random, and reported',
      example: '42',
      line: { text: (seed) => `seed=${seed}`, always: true },
    },
  }),
  /** TPC-DS scale factor: 1, 10, 100, 300, 1000, 3000, 10000, 30000 or 100000; sets the key ranges. @default 1 */
  scale: option({
    value: value<number>(
      z.number().refine((scale) => SCALE_FACTORS.includes(scale)),
      `a TPC-DS scale factor, one of ${SCALE_FACTORS.join(', ')}`,
      readNumber('10'),
    ),
    has: everywhere,
    fallback: 1,
    carried: true,
    command: {
      flags: '--scale <factor>',
      variable: 'CDC_SCALE',
      help: 'TPC-DS scale factor; sets the key ranges',
      line: { text: (scale) => `scale=${scale}`, always: true },
    },
  }),
  /** NULLs as TPC-DS draws them, or none. @default 'tpcds' */
  nulls: option({
    value: choice(nullKinds),
    has: everywhere,
    fallback: 'tpcds',
    carried: true,
    command: {
      flags: '--nulls <how>',
      variable: 'CDC_NULLS',
      help: 'NULLs as TPC-DS draws them, or none',
      line: { text: (nulls) => `nulls=${nulls}`, always: true },
    },
  }),
  /** The day of every sale, as `YYYY-MM-DD`. @default drawn from the TPC-DS calendar, 1998 to 2003 */
  businessDate: option({
    value: value<string>(
      z.string().refine((date) => julianDay(date) !== undefined),
      DAYS,
      readText,
    ),
    has: everywhere,
    carried: true,
    command: {
      flags: '--business-date <YYYY-MM-DD>',
      variable: 'CDC_BUSINESS_DATE',
      help: 'the day of every sale',
      shown: 'drawn from 1998 to 2003',
      line: { text: (date) => `business date=${date}` },
    },
  }),
}

function inOrder(ratio: number | MixWeights): number | MixWeights {
  if (typeof ratio !== 'object') return ratio
  const { insert, update, delete: deleted } = ratio
  return {
    ...(insert !== undefined && { insert }),
    ...(update !== undefined && { update }),
    ...(deleted !== undefined && { delete: deleted }),
  }
}

function ratioText(ratio: number | MixWeights | undefined): string {
  return `ratio=${typeof ratio === 'object' ? `${ratio.insert}/${ratio.update}/${ratio.delete}` : (ratio ?? 'default')}`
}
