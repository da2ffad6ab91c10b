import { carriedNames, optionTable, type StreamOptions } from './option-table.js'
import type { AnyOption } from './option.js'
import type { TokenContent } from './token.js'

/** How many commits the run of a token was to have; undefined for one that goes on until it is stopped. */
export function plannedBatches({ options }: TokenContent): number | undefined {
  return options.continuous ? undefined : (options.batches ?? optionTable.batches.fallback)
}

/** Of the options of a stream those that a token carries, in one form and order. */
export function carriedOptions(options: StreamOptions): StreamOptions {
  const told = carriedNames.flatMap((name) => {
    const row: AnyOption = optionTable[name]
    const given = options[name]
    const value = given === undefined ? undefined : row.canonical(given)
    return value === undefined || value === row.fallback ? [] : [[name, value] as const]
  })
  return Object.fromEntries(told)
}
