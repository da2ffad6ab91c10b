import type { CapturedChange } from '../../events/captured-change.js'

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
 * Whether a change is of a table of the same name in another place, whatever else the feed tells. PostgreSQL's schema is
 * no name that somebody made up.
 *
 * @param schema the schema that the test says; of a feed that knows none, the database
 */
export function isElsewhere(
  { database, schema: told, rendered }: CapturedChange,
  place: FeedPlace,
  schema: string | undefined,
): boolean {
  if (schema !== undefined) return (told ?? database) !== schema
  return !rendered && told !== undefined && place.schema !== undefined && told !== place.schema
}

/**
 * Leaves aside what is told of a table of the same name in another schema or database: that of another test. Where
 * nothing tells of our own place, the names may be made up, or those of a database that the changes went through; then
 * what tells of one place alone is taken.
 */
export function feedOfTable(events: readonly CapturedChange[], place: FeedPlace): FeedOfTable {
  const own = events.filter((event) => isIn(event, place))
  const isOnePlace = new Set(events.map(placeName)).size <= 1
  const taken = own.length > 0 ? own : isOnePlace ? events : []
  const kept = new Set(taken)
  return { events: taken, elsewhere: events.filter((event) => !kept.has(event)) }
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
