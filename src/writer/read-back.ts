import type { DatabaseClient } from '../database/client.js'
import { WriteError } from '../errors.js'
import type { Batch, Run } from '../plan/batch.js'
import type { TableRows } from '../plan/table-rows.js'
import { CopyText } from '../tables/copy-text.js'

interface Tally {
  /** Rows that look as they do after the batch, and rows that look as they did before it. */
  after: number
  before: number
  readonly neither: string[]
}

/** The version of a row before its first change in a batch and after its last; undefined where it is not there. */
interface Outcome {
  readonly before: number | undefined
  readonly after: number | undefined
  /** What the table's clock shows for the commits that made them. */
  readonly timeBefore: number | undefined
  readonly timeAfter: number | undefined
}

/**
 * Finds out whether a batch was committed, by the rows themselves: reads back its keys and compares them with what they
 * were before and what they are after it.
 *
 * A batch after which every row looks as before counts as committed: writing it again would change nothing either.
 *
 * @throws WriteError when the rows are neither, or some are one and some the other
 */
export async function wasCommitted(
  client: DatabaseClient,
  batch: Batch,
  tables: readonly TableRows[],
  schema: string,
): Promise<boolean> {
  const tally: Tally = { after: 0, before: 0, neither: [] }
  for (const [index, rows] of tables.entries()) {
    const outcomes = outcomesOf(batch.runs.filter(({ table }) => table === index))
    if (outcomes.size > 0) await tallyTable(client, outcomes, rows, schema, tally)
  }
  if (tally.neither.length === 0 && (tally.before === 0 || tally.after === 0)) return tally.before === 0
  const found =
    tally.neither.length > 0
      ? `other values in ${tally.neither.slice(0, 10).join(', ')}`
      : `${tally.after} changes of it present and ${tally.before} absent`
  throw new WriteError(
    `Expected batch ${batch.commit}, whose COMMIT got no answer, to be there in whole or not at all, got ${found}. ` +
      'Another session writes to these rows.',
  )
}

/** What the runs of one table make of each of its rows, however many of them change it. */
export function outcomesOf(runs: readonly Run[]): Map<number, Outcome> {
  const outcomes = new Map<number, Outcome>()
  for (const { kind, numbers, versions, before, times, timesBefore } of runs) {
    numbers.forEach((number, i) => {
      const version = versions[i]!
      const time = times?.[i]
      const first = outcomes.get(number)
      const previous = kind === 'insert' ? undefined : kind === 'delete' ? version : (before?.[i] ?? version - 1)
      outcomes.set(number, {
        before: first ? first.before : previous,
        after: kind === 'delete' ? undefined : version,
        timeBefore: first ? first.timeBefore : kind === 'delete' ? time : timesBefore?.[i],
        timeAfter: time,
      })
    })
  }
  return outcomes
}

async function tallyTable(
  client: DatabaseClient,
  outcomes: ReadonlyMap<number, Outcome>,
  rows: TableRows,
  schema: string,
  tally: Tally,
): Promise<void> {
  const keys = [...outcomes.keys()].map((number) => rows.keyOf(number))
  const actual = await client.readBack(rows.definition, schema, keys)
  const text = new CopyText(rows.definition.columns, 4096)
  const expected = (number: number, version: number | undefined, time: number | undefined): string | undefined => {
    if (version === undefined) return undefined
    text.clear()
    text.writeRow(rows.load(number, version, time))
    return text.view().toString('utf8', 0, text.length - 1)
  }
  for (const [number, outcome] of outcomes) {
    const key = rows.keyTextOf(number)
    const before = expected(number, outcome.before, outcome.timeBefore)
    const after = expected(number, outcome.after, outcome.timeAfter)
    const found = actual.get(key)
    // An UPDATE may change nothing, and a row may be gone before and after.
    if (before === after && found === before) continue
    if (found === after) tally.after += 1
    else if (found === before) tally.before += 1
    else tally.neither.push(`${rows.definition.name} ${key}`)
  }
}
