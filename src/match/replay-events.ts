import { OptionsError } from '../errors.js'
import type { EventInput } from '../events/parse-events.js'
import { readEvents, type ReadEventsOptions } from '../events/read-events.js'
import { expectKnown } from '../tables/expect-known.js'
import type { FeedReplay, ReplayLimits } from './feed-replay.js'
import { resolveState, sourceOfState } from './narrowed-table.js'
import { replayFeed } from './replay-feed.js'
import type { TableState } from './table-state.js'

/** How a captured feed is read and taken. */
export type ReplayOptions = ReplayLimits & Pick<ReadEventsOptions, 'format'>

/** The compiler asks for all of them. */
const OPTION_NAMES = Object.keys({ format: true, since: true, until: true, delivery: true } satisfies Record<
  keyof ReplayOptions,
  true
>)

/**
 * Applies a captured change feed of any known format in its order and compares it with what a table went through.
 * Events of other tables are left aside.
 *
 * @throws OptionsError for events that cannot be read, and for a table that was narrowed: a feed tells of whole rows
 */
export function replayEvents(events: EventInput, state: TableState, options: ReplayOptions = {}): FeedReplay {
  expectKnown(options, OPTION_NAMES, '`replayEvents()`')
  const { table, view, until: visible } = resolveState(state)
  if (view !== table.whole) {
    throw new OptionsError(
      `Expected a whole table for a change feed, got a narrowed one. Use \`cdcStream.table('${state.name}')\`.`,
    )
  }
  const { ledger, moving } = sourceOfState(state)
  const { format, since = moving ? 0 : ledger.commit, until = visible, ...limits } = options
  const feed = readEvents(events, { tables: [table.rows.definition], ...(format ? { format } : {}) })
  return replayFeed(feed, { table, until: visible }, { ...limits, since, until })
}
