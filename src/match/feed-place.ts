import type { CapturedChange } from '../events/captured-change.js'

/** Where the tables of a stream are. */
export interface FeedPlace {
  readonly database?: string | undefined
  readonly schema?: string | undefined
}

/** The part of a feed that tells of one table. */
export interface FeedOfTable {
  readonly events: readonly CapturedChange[]
  /** What was left aside, being of a table of the same name elsewhere. */
  readonly elsewhere: readonly CapturedChange[]
}

/**
 * Leaves aside what is told of a table of the same name in another schema or database: that of another test. Where
 * nothing tells of our own place, the names may be made up, or those of a database that the changes went through; then
 * what tells of one place alone is taken. The schema that PostgreSQL tells is no such name.
 */
export function feedOfTable(events: readonly CapturedChange[], place: FeedPlace): FeedOfTable {
  const own = events.filter((event) => isIn(event, place))
  const taken = own.length > 0 ? own : onlyPlace(events.filter((event) => mayBeMadeUp(event, place)))
  const kept = new Set(taken)
  return { events: taken, elsewhere: events.filter((event) => !kept.has(event)) }
}

/** What is told of a schema alone; of a feed that knows no schemas, of a database. */
export function feedOfSchema(events: readonly CapturedChange[], name: string): FeedOfTable {
  const isOwn = ({ schema, database }: CapturedChange): boolean => (schema ?? database) === name
  return { events: events.filter(isOwn), elsewhere: events.filter((event) => !isOwn(event)) }
}

/** The name of a place, as messages show it. */
export function placeName({ database, schema }: FeedPlace): string {
  return [database, schema].filter((name) => name !== undefined).join('.')
}

function isIn({ database, schema }: CapturedChange, place: FeedPlace): boolean {
  const fits = (told: string | undefined, own: string | undefined): boolean =>
    told === undefined || own === undefined || told === own
  return fits(database, place.database) && fits(schema, place.schema)
}

function mayBeMadeUp({ schema, rendered }: CapturedChange, place: FeedPlace): boolean {
  return rendered === true || schema === undefined || place.schema === undefined || schema === place.schema
}

function onlyPlace(events: readonly CapturedChange[]): readonly CapturedChange[] {
  return new Set(events.map(placeName)).size <= 1 ? events : []
}
