import type { EventFormat } from '../../src/events/feed-format.js'
import type { FeedRow } from './feed-row.js'

/** PostgreSQL's own subscription: its tables are read. */
export const subscriptionRow: FeedRow = {
  tool: '`CREATE SUBSCRIPTION`',
  version: 'PostgreSQL 14 to 15',
  setting: 'first copy under load, defaults',
  verdict: 'each table is some commit at any time, both are one once the first copies are through',
}

const NOTES: Readonly<Record<EventFormat, string>> = {
  changes: '`kind`, `before` and `after`',
  'debezium-mysql': 'a date is its days since 1970',
  'debezium-postgres': 'a date is its days since 1970',
  maxwell: '`data`',
  canal: 'several rows of `data` a message, all values are texts',
  flink: '`op` and `row`',
}

/** MariaDB, to which events of ours are applied: its tables are read. */
export function mariadbRow(format: EventFormat): FeedRow {
  return {
    tool: 'MariaDB as a sink',
    version: '10.11, `mariadb` 3.5.4',
    setting: `\`${format}\`, ${NOTES[format]}`,
    verdict: 'all values come back',
  }
}
