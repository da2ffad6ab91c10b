import { OptionsError } from '../errors.js'

/** How much of each hazard the changes of a stream have, as shares from 0 (none) to 1. */
export interface Hazards {
  /** Of the UPDATEs: picks its row by Zipf's law. */
  readonly hotKeys: number
  /** Of the changes: belongs to a chain of changes on one key. */
  readonly sameKeyChains: number
  /** Of the INSERTs: brings a deleted row back. */
  readonly reinsert: number
  /** Of the UPDATEs: sets the values that are there. */
  readonly noopUpdates: number
}

export const noHazards: Hazards = Object.freeze({ hotKeys: 0, sameKeyChains: 0, reinsert: 0, noopUpdates: 0 })

/**
 * Completes the `hazards` option; undefined where there are none.
 *
 * @throws OptionsError for `keyChange`
 */
export function resolveHazards(
  given: { readonly [K in keyof Hazards]?: number | undefined } & { readonly keyChange?: unknown } = {},
): Hazards | undefined {
  if (given.keyChange !== undefined) {
    throw new OptionsError(
      'Expected `hazards` without `keyChange`, got one: a key is what tells a row from others in all its versions, and ' +
        'sources send its change as a DELETE and an INSERT. Set `reinsert` for keys that go and come back.',
    )
  }
  const { hotKeys = 0, sameKeyChains = 0, reinsert = 0, noopUpdates = 0 } = given
  if (hotKeys === 0 && sameKeyChains === 0 && reinsert === 0 && noopUpdates === 0) return undefined
  return Object.freeze({ hotKeys, sameKeyChains, reinsert, noopUpdates })
}
