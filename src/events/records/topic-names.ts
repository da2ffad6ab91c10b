import type { EventNames } from '../event-context.js'
import type { EventFormat } from '../feed-format.js'

/** What a connector calls the topic of a table where it is not told otherwise. */
export function topicOf(format: EventFormat, names: EventNames, table: string): string {
  switch (format) {
    // `kafka_topic` of Maxwell and `canal.mq.topic` of Canal, as they come: one for all tables.
    case 'maxwell':
      return 'maxwell'
    case 'canal':
      return 'example'
    default:
      return `${names.server}.${collectionOf(format, names, table)}`
  }
}

/** What Debezium calls a table: MySQL has databases in the place of schemas. */
export function collectionOf(format: EventFormat, { database, schema }: EventNames, table: string): string {
  return `${format === 'debezium-mysql' ? database : schema}.${table}`
}
