import type { StreamEvent } from '../../driver/stream-event.js'
import { info, warning, type LogLine, countText, kindsText, secondsText } from './log-line.js'
import { changeCount } from '../../ledger/change.js'

type Retry = Extract<StreamEvent, { readonly type: 'retry' }>

/**
 * Makes the lines for the events of a stream. Remembers the changes so far, for their total, and the last retry.
 *
 * @param resumableLine how to go on with the run, by its token if it has one
 */
export function createEventLines(
  resumableLine: (token: string | undefined) => LogLine | undefined = () => undefined,
): (event: StreamEvent) => LogLine | undefined {
  let total = 0
  let last: Retry | undefined
  return (event) => {
    if (event.type === 'retry') {
      if (isRepeated(event, last)) return undefined
      last = event
    }
    if (event.type === 'resumable') return resumableLine(event.token)
    if (event.type === 'resumed') total = changeCount(event)
    if (event.type !== 'commit') return toLine(event)
    const changes = changeCount(event)
    total += changes
    return info(
      `Batch ${event.commit} committed: ${countText(changes, 'change')} (${kindsText(event)}) in ${secondsText(event.milliseconds)}, ${total} in total`,
    )
  }
}

/** A server that is away fails one attempt like the other: then only attempts 1, 2, 4, 8 … have a line. */
function isRepeated({ commit, reason, attempt }: Retry, last: Retry | undefined): boolean {
  return last?.commit === commit && last.reason === reason && !Number.isInteger(Math.log2(attempt))
}

function toLine(event: Exclude<StreamEvent, { readonly type: 'commit' | 'resumable' }>): LogLine {
  switch (event.type) {
    case 'connected': {
      const segments = event.dialect.segments === 0 ? '' : ` with ${countText(event.dialect.segments, 'segment')}`
      return info(
        `Connected to ${event.dialect.version}${segments} at ${event.at}, database ${event.database}, schema ${event.schema}`,
      )
    }
    case 'created':
      return info(`Created table ${event.table}`)
    case 'warning':
      return warning(event.message)
    case 'baseline': {
      if (event.counted === false) {
        const part = `${countText(event.sampled, 'existing row')} take${event.sampled === 1 ? 's' : ''} part`
        return info(`${event.numbered ? 'Numbers' : 'Keys'} of ${event.table} above ${event.maxKey}; ${part}`)
      }
      const part = event.sampled < event.rows ? `, ${event.sampled} of them take part in UPDATE and DELETE` : ''
      const largest = event.rows === 0 ? '' : `, largest ${event.numbered ? 'number of a key' : 'key'} ${event.maxKey}`
      return info(`Existing rows loaded: ${event.table} ${countText(event.rows, 'row')}${part}${largest}`)
    }
    case 'resumed':
      return info(
        `Resumed after batch ${event.commit}: ${countText(changeCount(event), 'change')} (${kindsText(event)}) are there`,
      )
    case 'retry':
      return warning(
        `Batch ${event.commit}, attempt ${event.attempt} failed: ${event.reason.replace(/\.$/, '')}. Trying again`,
      )
    case 'resolved':
      return warning(
        `Batch ${event.commit}: the answer to COMMIT was lost; the database ${event.committed ? 'has the batch' : 'does not have the batch, so it is sent again'}`,
      )
    case 'lag':
      return warning(`The database takes longer than the interval: ${secondsText(event.milliseconds)} behind schedule`)
  }
}
