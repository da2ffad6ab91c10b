import type { CapturedChange } from '../../events/captured-change.js'
import type { TablePlace } from '../narrowed-table.js'

/** The part of a feed that is of one table. */
export interface FeedOfTable {
  readonly events: readonly CapturedChange[]
  /** What was left aside, being of a table of the same name elsewhere. */
  readonly elsewhere: readonly CapturedChange[]
}

/**
 * Whether a change is of a table of the same name in another place, whatever else the feed has. PostgreSQL's schema is
 * no name that somebody made up.
 *
 * @param schema the schema that the test says; of a feed that knows none, the database
 */
export function isElsewhere(
  { database, schema: named, rendered }: CapturedChange,
  place: TablePlace,
  schema: string | undefined,
): boolean {
  if (schema !== undefined) return (named ?? database) !== schema
  return !rendered && named !== undefined && place.schema !== undefined && named !== place.schema
}

/**
 * Leaves aside what is of a table of the same name in another schema or database: that of another test. Where
 * nothing is of our own place, the names may be made up, or those of a database that the changes went through; then
 * what is of one place alone is taken.
 */
export function feedOfTable(events: readonly CapturedChange[], place: TablePlace): FeedOfTable {
  const own = events.filter((event) => isIn(event, place))
  const isOnePlace = new Set(events.map(placeName)).size <= 1
  const taken = own.length > 0 ? own : isOnePlace ? events : []
  const kept = new Set(taken)
  return { events: taken, elsewhere: events.filter((event) => !kept.has(event)) }
}

/** The name of a place, as messages show it. */
export function placeName({ database, schema }: TablePlace): string {
  return [database, schema].filter((name) => name !== undefined).join('.')
}

function isIn({ database, schema }: CapturedChange, place: TablePlace): boolean {
  const fits = (named: string | undefined, own: string | undefined): boolean =>
    named === undefined || own === undefined || named === own
  return fits(database, place.database) && fits(schema, place.schema)
}
