import { TargetError } from '../errors.js'
import { PlannedLedger } from '../ledger/planned-ledger.js'
import type { RowDifference } from '../ledger/verification.js'
import type { PlanInput } from '../plan/plan-input.js'
import type { Session } from '../writer/session.js'

/** How many differing rows an error names. */
const MOST_TOLD = 3

/**
 * Finds the last commit of a run whose process died, by the rows in its tables.
 *
 * @param last The last commit that is planned
 * @throws TargetError when the tables are not as after any commit
 */
export async function findLastCommit(
  { client }: Session,
  schema: string,
  input: PlanInput,
  last: number,
  signal: AbortSignal,
): Promise<number> {
  // One of its own: it looks far beyond what was committed.
  const ledger = new PlannedLedger(input, { sent: 0, acknowledged: 0 })
  const reader = client.tableReader(schema)
  const { equal, commit, differing, differences } = await ledger.locate(reader, { last, signal })
  if (equal) return commit
  const told = differences.slice(0, MOST_TOLD).map(describe)
  const more = differing - told.length
  throw new TargetError(
    `Expected the tables in schema \`${schema}\` to be as after some commit of the run that is resumed, got other rows: ` +
      `commit ${commit} comes near, but for ${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}. ` +
      'Somebody else wrote to them, or they are those of another run.',
  )
}

function describe({ table, key, kind, columns }: RowDifference): string {
  const [column] = columns
  const values = column && ` (${column.column} is ${column.actual ?? 'NULL'} instead of ${column.expected ?? 'NULL'})`
  return `${table} ${key} ${kind}${values ?? ''}`
}
