import { TargetError, WriteError } from '../errors.js'
import type { Run } from '../plan/batch.js'
import { firstNumbers } from '../plan/families/families.js'
import { planRows } from '../plan/table-rows.js'
import { oneLine } from '../database/one-line.js'
import { isNeverUpdated } from '../tables/never-updated.js'
import type { Session } from '../writer/session.js'
import { isTransient } from '../database/transient.js'
import { type CheckedPlan, isOwn } from './check-rows.js'

const ROWS = 20

/**
 * Writes some rows, changes and deletes them, and rolls that back: what only the database knows (CHECKs, foreign keys,
 * enums, unique indexes, triggers) is told before the stream begins.
 *
 * @throws TargetError with what the database said
 */
export async function tryRows({ client }: Session, plan: CheckedPlan, schema: string): Promise<void> {
  if (!plan.tables.some(({ definition }) => isOwn(definition))) return
  const rows = planRows(plan)
  const updates = plan.mix.kind === 'windows' || plan.mix.update > 0
  const writer = client.runWriter({ rows, schema })
  // Of keys that are nearly used up, there are fewer rows.
  const tried = firstNumbers(
    rows.map(({ family }) => family),
    ROWS,
  ).map((numbers, table) => numbers.filter((number) => number <= rows[table]!.mostRows))
  const runOf = (kind: Run['kind'], table: number): Run => {
    const numbers = tried[table]!
    return { kind, table, numbers, versions: numbers.map(() => (kind === 'insert' ? 0 : 1)) }
  }
  const tryRun = async (run: Run): Promise<void> => {
    // Of a table whose parents have no children among their first rows.
    if (run.numbers.length === 0) return
    await writer.send(client, [run], { isOpen: true }).catch((error: unknown) => {
      const { name } = rows[run.table]!.definition
      refuse(error, `${run.kind.toUpperCase()} of rows 1 to ${ROWS} of its definition`, `${schema}.${name}`)
    })
  }
  await client.begin()
  try {
    for (const table of rows.keys()) await tryRun(runOf('insert', table))
    for (const [table, { definition }] of rows.entries()) {
      if (updates && !isNeverUpdated(definition)) await tryRun(runOf('update', table))
    }
    // What is checked at COMMIT would not be checked at all.
    await client.checkDeferred().catch((error: unknown) => refuse(error, 'the rows', schema))
    for (const table of [...rows.keys()].toReversed()) {
      const all = runOf('delete', table)
      const { name, refers } = rows[table]!.definition
      for (const run of refers?.includes(name) ? onesFromTheEnd(all) : [all]) await tryRun(run)
    }
  } finally {
    // A session that was lost has nothing to roll back.
    await client.rollBack().catch(() => undefined)
  }
}

/**
 * Rows point at those before them in their own table. MySQL keeps to that row by row, so that no row can go with one that points
 * at it in one statement: https://dev.mysql.com/doc/refman/8.4/en/ansi-diff-foreign-keys.html
 */
function onesFromTheEnd({ numbers, versions, ...run }: Run): readonly Run[] {
  return numbers.map((number, place) => ({ ...run, numbers: [number], versions: [versions[place]!] })).toReversed()
}

function refuse(cause: unknown, what: string, table: string): never {
  if (isTransient(cause)) throw cause
  // Rows that fit, and that something else keeps away.
  if (cause instanceof WriteError) {
    throw new TargetError(`Expected \`${table}\` to take ${what}, got: ${cause.message} This was rolled back.`, {
      cause,
    })
  }
  const { message, detail, where, hint } = cause as Error & { detail?: string; where?: string; hint?: string }
  const more = [detail, where, hint].filter((text) => text !== undefined).map((text) => oneLine(text, 200))
  const got = [oneLine(message), ...more].join('; ')
  throw new TargetError(
    `Expected \`${table}\` to take ${what}, got: ${got}. Correct the definition so that its rows fit the table; this was rolled back.`,
    { cause },
  )
}
