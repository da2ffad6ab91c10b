import type { ReadChange } from '../captured-change.js'
import type { EventFields } from '../event-fields.js'
import { type FeedFormat, knownTable, type ReadContext } from '../feed-format.js'
import { keyNames } from '../../tables/keys/key-column.js'
import type { JsonObject } from '../json-value.js'

/** An UPDATE's first half that waits for its second. */
interface Half {
  readonly event: EventFields
  readonly row: JsonObject
}

/** Rows of a Flink changelog, in our own form: Flink has none. */
export const flinkFormat: FeedFormat = {
  names: ['flink'],
  description: 'a row of a Flink changelog',
  fits: ({ op }) => typeof op === 'string' && /^[+-][IUD]$/.test(op),
  isSilent: () => false,
  read: readRows,
}

/**
 * `-U` and `+U` of one key become one UPDATE, in the place of `+U`; of an unknown
 * table, those that follow one another. A `+U` alone is an UPDATE whose row before is not known, a `-U` alone takes the
 * row away.
 */
function readRows(events: readonly EventFields[], context: ReadContext): ReadChange[] {
  const halves = new Map<string, Half[]>()
  const changes: ReadChange[] = []
  for (const event of events) {
    const [op, table, row] = [event.text('op'), event.text('table'), event.row('row')]
    const known = knownTable(context, table)
    const waiting = JSON.stringify([table, known ? keyNames(known).map((name) => row[name] ?? null) : null])
    const place = { table, event: event.index }
    if (op === '+I') changes.push({ kind: 'insert', ...place, after: row })
    else if (op === '-D') changes.push({ kind: 'delete', ...place, before: row })
    else if (op === '-U') halves.set(waiting, [...(halves.get(waiting) ?? []), { event, row }])
    else if (op === '+U') {
      const before = halves.get(waiting)?.shift()?.row
      changes.push({ kind: 'update', ...place, before, after: row })
    } else event.fail('with `op` +I, -U, +U or -D', op)
  }
  const alone = [...halves.values()].flat()
  if (alone.length === 0) return changes
  for (const { event, row } of alone) {
    changes.push({ kind: 'delete', table: event.text('table'), before: row, event: event.index })
  }
  return changes.toSorted((a, b) => a.event - b.event)
}
