import { OptionsError } from '../../errors.js'
import { type AsyncEventInput, collectEvents, isAsyncInput, type EventInput } from '../../events/parse-events.js'
import { readFeed, type ReadEventsOptions } from '../../events/read-events.js'
import { expectKnown } from '../../tables/expect-known.js'
import type { FeedReplay, ReplayLimits } from './feed-replay.js'
import { resolveState, sourceOfState, type TablePlace } from '../narrowed-table.js'
import { expectCommits } from '../rows/compare-with-commits.js'
import { replayFeed } from './replay-feed.js'
import type { TableState } from '../commit-target.js'
import type { CapturedChange } from '../../events/captured-change.js'

/** How a captured feed is read and taken. */
export interface ReplayOptions extends ReplayLimits, Pick<ReadEventsOptions, 'format'> {
  /** The schema of the tables in the feed; of a feed that knows none, the database. @default the stream's own */
  readonly schema?: string
}

/** The compiler asks for all of them. */
export const replayOptionNames: readonly string[] = Object.keys({
  format: true,
  schema: true,
  from: true,
  since: true,
  until: true,
  delivery: true,
  order: true,
} satisfies Record<keyof ReplayOptions, true>)

/**
 * Applies a captured change feed of any known format in its order and compares it with what a table went through.
 * Events of other tables are left aside, as are those of tables of the same name in another schema or database. What
 * comes asynchronously is awaited first.
 *
 * @throws OptionsError for events that cannot be read, and for a table that was narrowed: a feed has whole rows
 */
export function replayEvents(events: EventInput, state: TableState, options?: ReplayOptions): FeedReplay
export function replayEvents(events: AsyncEventInput, state: TableState, options?: ReplayOptions): Promise<FeedReplay>
export function replayEvents(
  events: EventInput | AsyncEventInput,
  state: TableState,
  options: ReplayOptions = {},
): FeedReplay | Promise<FeedReplay> {
  expectKnown(options, replayOptionNames, '`replayEvents()`')
  const { table, view } = resolveState(state)
  if (view !== table.whole) {
    throw new OptionsError(
      `Expected a whole table for a change feed, got a narrowed one. Use \`cdcStream.table('${state.name}')\`.`,
    )
  }
  if (isAsyncInput(events)) return collectEvents(events).then((collected) => replay(collected, state, options))
  return replay(events, state, options)
}

function replay(events: EventInput, state: TableState, { format, schema, ...options }: ReplayOptions): FeedReplay {
  const { table, until: visible } = resolveState(state)
  const { ledger, moving, place = {} } = sourceOfState(state)
  const {
    from = 0,
    since = moving ? 0 : ledger.commit,
    until = visible,
    delivery = 'exactly-once',
    order = 'commit',
  } = options
  expectCommits({ from, since, until }, visible)
  const others = new Set<string>()
  const changes = readFeed(events, { tables: [table.rows.definition], ...(format && { format }) }, (change) => {
    if (change.table !== table.name) return false
    const elsewhere = isElsewhere(change, place, schema)
    if (elsewhere) others.add(placeName(change))
    return !elsewhere
  })
  const feed = schema === undefined ? feedOfTable(changes, place) : { events: changes, elsewhere: [] }
  const replayed = replayFeed(feed.events, state, { from, since, until, delivery, order })
  return { ...replayed, elsewhere: [...new Set([...others, ...feed.elsewhere.map(placeName)])] }
}

/**
 * Whether a change is of a table of the same name in another place, whatever else the feed has. PostgreSQL's schema is
 * no name that somebody made up.
 *
 * @param schema the schema that the test says; of a feed that knows none, the database
 */
function isElsewhere(
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
function feedOfTable(
  events: readonly CapturedChange[],
  place: TablePlace,
): Record<'events' | 'elsewhere', readonly CapturedChange[]> {
  const own = events.filter((event) => isIn(event, place))
  const isOnePlace = new Set(events.map(placeName)).size <= 1
  const taken = own.length > 0 ? own : isOnePlace ? events : []
  const kept = new Set(taken)
  return { events: taken, elsewhere: events.filter((event) => !kept.has(event)) }
}

/** The name of a place, as messages show it. */
function placeName({ database, schema }: TablePlace): string {
  return [database, schema].filter((name) => name !== undefined).join('.')
}

function isIn({ database, schema }: CapturedChange, place: TablePlace): boolean {
  const fits = (named: string | undefined, own: string | undefined): boolean =>
    named === undefined || own === undefined || named === own
  return fits(database, place.database) && fits(schema, place.schema)
}
