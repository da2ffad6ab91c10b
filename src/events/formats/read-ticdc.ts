import { type ReadChange, statementKinds } from '../captured-change.js'
import { type EventFields, onlyText, textOf } from '../event-fields.js'
import type { FeedFormat } from '../feed-format.js'
import { transactionName } from '../transaction-bracket.js'

/** Schema changes, and what TiCDC sends beside changes. */
const SILENT = /^(?:CREATE|RENAME|CINDEX|DINDEX|ERASE|TRUNCATE|ALTER|QUERY|WATERMARK|BOOTSTRAP)$/

/** TiCDC's simple protocol in JSON. Watermarks, bootstraps and schema changes are no change of a row. */
export const ticdcFormat: FeedFormat = {
  names: [],
  description: "an event of TiCDC's simple protocol",
  fits: ({ type, commitTs, buildTs }) => typeof type === 'string' && commitTs !== undefined && buildTs !== undefined,
  isSilent: (event) => ticdcFormat.fits(event, { tables: [] }) && SILENT.test(textOf(event['type'])),
  read: (events) => events.map(readEvent),
}

function readEvent(event: EventFields): ReadChange {
  const type = event.text('type')
  const kind = statementKinds.get(type) ?? event.fail('with a `type` INSERT, UPDATE or DELETE', type)
  const [before, after] = [event.optionalRow('old'), event.optionalRow('data')]
  if (kind !== 'delete' && !after) event.fail('with a row `data`', event.object['data'])
  const { database, commitTs } = event.object
  return {
    kind,
    table: event.text('table'),
    database: onlyText(database),
    before,
    after,
    transaction: transactionName(commitTs),
    event: event.index,
  }
}
