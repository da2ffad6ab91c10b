import { OptionsError } from '../../errors.js'

/** The default mix by windows of 800 changes, or the share of each kind as a part of 1. */
export type Mix =
  | { readonly kind: 'windows' }
  | { readonly kind: 'shares'; readonly insert: number; readonly update: number; readonly delete: number }

/** The shares of the three kinds of change, as weights: `{ insert: 70, update: 20, delete: 10 }`. */
export interface MixWeights {
  readonly insert?: number
  readonly update?: number
  readonly delete?: number
}

const HINT = 'Set --ratio or CDC_RATIO.'

/**
 * Turns the `ratio` option into a mix.
 *
 * @throws OptionsError for weights that are no weights, and for more DELETEs than INSERTs: the tables would run empty
 */
export function resolveMix(ratio: number | MixWeights | undefined): Mix {
  if (ratio === undefined) return { kind: 'windows' }
  if (typeof ratio === 'number') {
    if (!(ratio >= 0 && ratio <= 0.5)) {
      throw new OptionsError(`Expected \`ratio\` to be a number from 0 to 0.5, got \`${ratio}\`. ${HINT}`)
    }
    return { kind: 'shares', insert: 1 - ratio, update: ratio / 2, delete: ratio / 2 }
  }
  const { insert = 0, update = 0, delete: deleted = 0 } = ratio
  const shown = `${insert}/${update}/${deleted}`
  const sum = insert + update + deleted
  for (const weight of [insert, update, deleted]) {
    if (!(Number.isFinite(weight) && weight >= 0)) {
      throw new OptionsError(`Expected the weights of \`ratio\` to be numbers ≥ 0, got \`${shown}\`. ${HINT}`)
    }
  }
  if (!(sum > 0 && Number.isFinite(sum))) {
    throw new OptionsError(`Expected the weights of \`ratio\` to have a sum above 0, got \`${shown}\`. ${HINT}`)
  }
  if (deleted > insert) {
    throw new OptionsError(
      `Expected \`ratio\` to have at least as many INSERTs as DELETEs, got \`${shown}\` (INSERT/UPDATE/DELETE): ` +
        `the tables would run empty. ${HINT}`,
    )
  }
  return { kind: 'shares', insert: insert / sum, update: update / sum, delete: deleted / sum }
}
