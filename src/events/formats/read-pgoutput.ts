import { type ReadChange, namedKinds } from '../captured-change.js'
import { type EventFields, isObject, type JsonObject, namedColumns, textOf, textsOf } from '../event-fields.js'
import type { FeedFormat } from '../feed-format.js'
import { TransactionBracket, transactionName } from '../transaction-bracket.js'

/** What comes beside changes, with a field that a row with a column `tag` lacks. */
const silent: Readonly<Record<string, string>> = {
  begin: 'commitLsn',
  commit: 'commitEndLsn',
  relation: 'relationOid',
  type: 'typeOid',
  origin: 'originName',
  message: 'prefix',
  truncate: 'relations',
}

/** Messages of pgoutput, as `pg-logical-replication` decodes them. */
export const pgoutputFormat: FeedFormat = {
  names: [],
  description: 'a decoded message of pgoutput',
  fits: (event) => isSilent(event) || (namedKinds.has(event['tag']) && isObject(event['relation'])),
  isSilent,
  takesSilent: true,
  read: (events) => {
    const bracket = new TransactionBracket()
    for (const event of events) {
      const tag = event.text('tag')
      if (tag === 'begin') bracket.begin(transactionName(event.object['xid']))
      else if (tag === 'commit') bracket.commit()
      else if (!isSilent(event.object)) bracket.add(readChange(event, tag))
    }
    return bracket.changes
  },
}

function isSilent(event: JsonObject): boolean {
  const field = silent[textOf(event['tag'])]
  return field !== undefined && field in event
}

function readChange(event: EventFields, tag: string): ReadChange {
  const kind = namedKinds.get(tag) ?? event.fail('with a `tag` insert, update or delete', tag)
  const relation = event.fields('relation')
  const old = event.optionalRow('old') ?? event.optionalRow('key')
  const [before, after] = [old && told(old), kind === 'delete' ? undefined : told(event.row('new'))]
  // With REPLICA IDENTITY FULL all columns are marked as the key.
  const { replicaIdentity, keyColumns } = relation.object
  const keyNames = replicaIdentity === 'default' ? textsOf(keyColumns) : []
  return {
    kind,
    table: relation.text('name'),
    schema: relation.text('schema'),
    key: namedColumns(after ?? before ?? {}, keyNames),
    before,
    after,
    event: event.index,
  }
}

/** A value that was stored out of line and did not change is undefined. */
function told(row: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined))
}
