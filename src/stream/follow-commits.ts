import type { EventFormat } from '../events/event-format.js'
import type { Arrivals } from './arrivals.js'
import type { Commit } from './cdc-stream.js'
import type { CommitFeed, FeedSource } from './commit-feed.js'

/** Tells of every commit from number 1 on, as they are made; with a feed, of their events as well. */
export async function* followCommits(
  arrivals: Arrivals,
  feed: CommitFeed<EventFormat> | undefined,
  source: () => FeedSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<Commit> {
  for (let commit = 1; await arrivals.wait(commit, signal); commit++) {
    const tables = source().ledger.counts(commit)
    const total = { inserts: 0, updates: 0, deletes: 0 }
    for (const { inserts, updates, deletes } of Object.values(tables)) {
      total.inserts += inserts
      total.updates += updates
      total.deletes += deletes
    }
    const made = { commit, ...total, tables }
    yield feed ? feed.add(made, source()) : made
  }
  const rest = feed?.rest()
  if (rest) yield rest
}
