import type { ReadChange } from '../captured-change.js'
import type { EventFields } from '../event-fields.js'
import type { FeedFormat } from '../feed-format.js'

const kinds = ['insert', 'update', 'delete'] as const

/** Our own format. */
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
