import type { Row } from '../../ledger/change.js'
import type { ChangeKind } from '../../plan/batch.js'
import { keyNames } from '../../tables/keys/key-column.js'
import { encodeRow } from '../encode-row.js'
import type { Encoding } from '../../tables/types/cell-type.js'
import { definitionOf, type EventContext } from '../event-context.js'
import type { JsonRow, EventFields } from '../event-fields.js'
import type { ReadChange } from '../captured-change.js'
import type { FeedFormat } from '../feed-format.js'

/** A change in our own format: `int8` and `numeric` are texts, a date is `YYYY-MM-DD`. */
export interface ChangeEvent {
  readonly commit: number
  /** 1 for the first change of the commit, `total` for the last. */
  readonly sequence: number
  readonly total: number
  readonly kind: ChangeKind
  readonly table: string
  /** The key columns with their values. */
  readonly key: JsonRow
  /** The row before an UPDATE or DELETE, else null. */
  readonly before: JsonRow | null
  /** The row after an INSERT or UPDATE, else null. */
  readonly after: JsonRow | null
}

const encoding: Encoding = { int8: 'text', numeric: 'text', bool: 'boolean', date: 'text' }

export function renderChanges(context: EventContext): ChangeEvent[] {
  const { commit, changes } = context
  return changes.map(({ kind, table, key, before, after }, index) => {
    const definition = definitionOf(context, table)
    const [only, ...others] = keyNames(definition)
    const encoded = (row: Row | undefined): JsonRow | null =>
      row ? encodeRow(definition.columns, row, encoding) : null
    const [was, is] = [encoded(before), encoded(after)]
    const row = is ?? was ?? {}
    return {
      commit,
      sequence: index + 1,
      total: changes.length,
      kind,
      table,
      key:
        others.length === 0
          ? { [only!]: key }
          : Object.fromEntries([only!, ...others].map((name) => [name, row[name] ?? null])),
      before: was,
      after: is,
    }
  })
}

const kinds = ['insert', 'update', 'delete'] as const

export const changesFormat: FeedFormat = {
  names: ['changes'],
  description: 'a change in our own format',
  fits: ({ commit, sequence, kind }) => [commit, sequence].every(Number.isInteger) && typeof kind === 'string',
  isSilent: () => false,
  read: (events) => events.map(readChange),
}

function readChange(event: EventFields): ReadChange {
  const kind = kinds.find((name) => name === event.object['kind'])
  const [before, after] = [event.optionalRow('before'), event.optionalRow('after')]
  const [commit, position, total] = [event.number('commit'), event.number('sequence'), event.optionalNumber('total')]
  return {
    kind: kind ?? event.fail('with a `kind` insert, update or delete', event.object['kind']),
    table: event.text('table'),
    key: event.row('key'),
    before,
    after,
    transaction: String(commit),
    commit,
    position,
    total,
    last: total === undefined ? undefined : position === total,
    event: event.index,
  }
}
