import { PLAN_FORMAT, type PlanInput } from '../../plan/plan-input.js'
import { TableKey } from '../../tables/keys/table-key.js'
import type { ResolvedOptions } from '../resolve-options.js'
import { tableIdentity } from './table-identity.js'
import { TOKEN_FORM, type TokenContent, writeToken } from './token.js'

/** Which tables a run has, or will have, and what stands in them before it. */
export type Begun = Pick<PlanInput, 'tables' | 'baselineRows'>

export function describeRun(options: ResolvedOptions, begun: Begun, commits?: number): TokenContent {
  const { tables, baselineRows } = begun
  const definitions = tables.map(({ definition }) => definition)
  return {
    form: TOKEN_FORM,
    format: PLAN_FORMAT,
    commits,
    options: options.carried,
    baselineRows,
    scripted: options.script ? true : undefined,
    tables: tables.map(({ definition, baseline }) => {
      const { name, parent } = definition
      const { maxKey, sequences, images } = baseline
      const { spread } = new TableKey(definition)
      const kept = tables.find((table) => table.definition.name === parent?.table)?.definition.name
      return {
        name,
        parent: kept,
        identity: tableIdentity(definition, options, definitions),
        maxKey,
        ...(spread > 1 && { spread }),
        sequences: options.shard ? sequences : begunSequences(sequences),
        sampled: images.length,
      }
    }),
  }
}

/** What it takes to make the same changes again, as one word. The same run has the same word. */
export function encodeToken(options: ResolvedOptions, begun: Begun, commits?: number): string {
  return writeToken(describeRun(options, begun, commits))
}

/** Whether a token holds all that the changes of a run follow from. */
export function isComplete(options: ResolvedOptions, begun: Begun): boolean {
  return !options.script && begun.tables.every(({ baseline }) => baseline.images.length === 0)
}

/** Scripts leave out what is 0. */
function begunSequences(sequences: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const isCounted = Object.values(sequences).some((value) => value > 0)
  return isCounted ? sequences : {}
}
