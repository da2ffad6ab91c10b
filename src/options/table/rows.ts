import * as z from 'zod/mini'
import { DAYS, julianDay } from '../../tables/julian-day.js'
import { nullKinds } from '../../tables/row-options.js'
import { SCALE_FACTORS } from '../../tables/scale.js'
import { everywhere, option } from '../option.js'
import { readNumber, readText, choice, integer, value } from '../values.js'

/** What the values of the rows follow from. */
export const rowOptions = {
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
      z.number().check(z.refine((scale) => SCALE_FACTORS.includes(scale))),
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
    value: value<string>(z.string().check(z.refine((date) => julianDay(date) !== undefined)), DAYS, readText),
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
