import type { AnyOption, NamesOf, Given, ValueOf, Who } from './option.js'
import { againOptions } from './table/again.js'
import { auditOptions } from './table/audit.js'
import { loadOptions } from './table/load.js'
import { mixOptions } from './table/mix.js'
import { eventOptions, outputOptions } from './table/output.js'
import { overlapOptions } from './table/overlap.js'
import { rowOptions } from './table/rows.js'
import { shardOptions } from './table/shards.js'
import { targetOptions } from './table/target.js'
import { testOptions } from './table/tests.js'

/**
 * Every option of the engine, of the fixtures and of the command line, once, in the order in which the help lists them.
 * Types, checks, defaults, flags, variables, what a token carries, the line at the start of a run and the tables of the
 * documentation follow from it.
 */
export const optionTable = {
  ...loadOptions,
  ...mixOptions,
  ...rowOptions,
  ...overlapOptions,
  ...shardOptions,
  ...targetOptions,
  ...eventOptions,
  ...againOptions,
  ...outputOptions,
  ...testOptions,
  ...auditOptions,
}

export type OptionTable = typeof optionTable
export type OptionName = keyof OptionTable

/** The options of `createCdcStream` that are values: all but functions and signals. */
export type StreamOptions = Given<OptionTable, 'engine'>

/** All options of a caller: what was given, or else the default. */
export type Completed<W extends Who> = {
  readonly [K in NamesOf<OptionTable, W>]: OptionTable[K]['fallback'] extends undefined
    ? ValueOf<OptionTable[K]> | undefined
    : ValueOf<OptionTable[K]>
}

/** All rows, as rows of any kind of value. */
export const optionRows: readonly (readonly [OptionName, AnyOption])[] = Object.entries(optionTable) as never

export function optionsOf(who: Who): readonly (readonly [OptionName, AnyOption])[] {
  return optionRows.filter(([, { has }]) => has.includes(who))
}

/** The options that shape the changes, and that a token carries. */
export const carriedNames: readonly (OptionName & keyof StreamOptions)[] = optionRows.flatMap(([name, { carried }]) =>
  carried ? [name as OptionName & keyof StreamOptions] : [],
)

/** Of the options of a stream those that a token carries, in one form and order. */
export function carriedOptions(options: StreamOptions): StreamOptions {
  const carried = carriedNames.flatMap((name) => {
    const row: AnyOption = optionTable[name]
    const given = options[name]
    const value = given === undefined ? undefined : row.canonical(given)
    return value === undefined || value === row.fallback ? [] : [[name, value] as const]
  })
  return Object.fromEntries(carried)
}
