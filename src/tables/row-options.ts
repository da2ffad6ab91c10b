import { OptionsError } from '../errors.js'
import { DAYS, dayText, julianDay } from './julian-day.js'
import { keyRanges } from './scale.js'
import { showValue } from './show-value.js'
import type { RowContext } from './table-definition.js'

/** How rows get their NULLs: as TPC-DS draws them, or not at all. */
export const nullKinds = ['tpcds', 'none'] as const

/** What the values of all rows follow from beside the seed, as users and scripts say it. */
export interface RowOptions {
  /** TPC-DS scale factor; sets the key ranges. @default 1 */
  readonly scale?: number
  /** NULLs as TPC-DS draws them, or none. @default 'tpcds' */
  readonly nulls?: (typeof nullKinds)[number]
  /** The day of every sale, as `YYYY-MM-DD`. @default drawn from the TPC-DS calendar */
  readonly businessDate?: string
}

/** Their names. */
export const rowOptionNames: readonly string[] = ['scale', 'nulls', 'businessDate'] satisfies (keyof RowOptions)[]

/** The same as rows take it. */
export type RowSetting = Pick<RowContext, 'scale' | 'nulls' | 'businessDay'>

/**
 * Checks what is said of rows, and completes it.
 *
 * @throws OptionsError that names what cannot work
 */
export function toRowSetting({ scale = 1, nulls = 'tpcds', businessDate }: Unchecked): RowSetting {
  const kind = nullKinds.find((known) => known === nulls)
  if (kind === undefined) throw refuse('nulls', nullKinds.join(' or '), nulls)
  if (typeof scale !== 'number') throw refuse('scale', 'a number', scale)
  keyRanges(scale)
  const businessDay = businessDate === undefined ? undefined : julianDay(businessDate)
  if (businessDate !== undefined && businessDay === undefined) throw refuse('businessDate', DAYS, businessDate)
  return { scale, nulls: kind, businessDay }
}

/** The other way round; what is the default is left out. */
export function toRowOptions({ scale, nulls, businessDay }: RowSetting): RowOptions {
  return {
    ...(scale !== 1 && { scale }),
    ...(nulls !== 'tpcds' && { nulls }),
    ...(businessDay !== undefined && { businessDate: dayText(businessDay) }),
  }
}

/** Not checked yet, when it comes from a script. */
type Unchecked = { readonly [K in keyof RowOptions]?: unknown }

function refuse(name: keyof RowOptions, expected: string, got: unknown): OptionsError {
  return new OptionsError(`Expected \`${name}\` to be ${expected}, got ${showValue(got)}. Correct it, or leave it out.`)
}
