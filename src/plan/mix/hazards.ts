import { OptionsError } from '../../errors.js'

/** How much of each hazard the changes have, as shares from 0 to 1. Each is 0 by default. */
export interface HazardOptions {
  /**
   * Of the UPDATEs: those that pick their row by Zipf's law, the r-th oldest row in proportion to 1 / r, instead of any
   * row equally likely. Rows that the same run has picked before are left out. DELETEs pick any row: a hot key lives on.
   */
  readonly hotKeys?: number
  /**
   * Of the changes: those that belong to a chain on one key in one batch. Chains are INSERT → UPDATE, INSERT → UPDATE →
   * DELETE, UPDATE → UPDATE, UPDATE → DELETE and, together with `reinsert`, DELETE → INSERT; their changes count as what
   * they are, so there are as many chains as the mix has UPDATEs and DELETEs for. The same share of the other UPDATEs,
   * DELETEs and reinserted rows are of rows that the batch before changed.
   */
  readonly sameKeyChains?: number
  /**
   * Of the INSERTs outside chains: those of a row that was deleted in an earlier batch, as long as there is one. It has
   * its key again and other values; a return comes back only while its sale is there.
   */
  readonly reinsert?: number
  /** Of the UPDATEs: those that set the values that are there already. */
  readonly noopUpdates?: number
}

/** The same, completed. */
export type Hazards = Required<HazardOptions>

export const noHazards: Hazards = Object.freeze({ hotKeys: 0, sameKeyChains: 0, reinsert: 0, noopUpdates: 0 })

/**
 * Completes the `hazards` option; undefined where there are none.
 *
 * @throws OptionsError for `keyChange`
 */
export function resolveHazards(given: HazardOptions & { readonly keyChange?: unknown } = {}): Hazards | undefined {
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
