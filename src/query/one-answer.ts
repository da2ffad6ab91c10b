import { OptionsError } from '../errors.js'
import type { Answer } from './answer.js'
import { showRow } from './show-row.js'

/** Aggregates that add up, in the order in which rows come. */
const SUMS = /\b(?:sum|avg|stddev\w*|var\w*|corr|covar\w*|regr_\w+)\(/

/**
 * A query is answered twice over the same rows, which are stored in the opposite order the second time.
 *
 * @param output the expressions of its columns, where they are known
 * @throws OptionsError where no answer can be the expected one: no other database would have to give the same
 */
export function expectOneAnswer(first: Answer, second: Answer, output: readonly string[]): void {
  const float = first.columns.find(({ type }, index) => type.startsWith('float') && SUMS.test(output[index] ?? ''))
  if (float) {
    throw new OptionsError(
      `Expected \`query()\` to be given SQL with one result, got a sum of floats in \`${float.name}\`: floats that are added up in another order give another sum. Cast them to \`numeric\` before.`,
    )
  }
  if (first.has(second)) return
  const [one, other] = [first.counts.beyond(second.counts)[0], second.counts.beyond(first.counts)[0]]
  const shown = [one, other].flatMap((row) => (row ? [showRow(first.columns, row)] : [])).join(' and then ')
  throw new OptionsError(
    `Expected \`query()\` to be given SQL with one result, got two when it was asked twice of the same rows, stored in another order: ${shown}. ` +
      'It is volatile, or depends on the order of rows: LIMIT, `row_number()`, `array_agg` … need an ORDER BY that tells all rows apart.',
  )
}
