import { readEvents } from '../../src/events/read-events.js'
import type { EventInput, EventItem } from '../../src/events/parse-events.js'
import type { CapturedChange } from '../../src/events/captured-change.js'
import { finiteTables, tables } from './load.js'

/** What a tool told. */
export interface CapturedFeed {
  readonly events: EventInput
  /** The places of the changes of one kind of a table. A slot tells of the schemas of other tests as well. */
  placesOf(table: { readonly schema: string; readonly name: string }, kind: CapturedChange['kind']): number[]
  /** The feed without the change at a place. */
  without(place: number): EventInput
  /** The feed that tells the change at a place twice. */
  doubled(place: number): EventInput
}

/** A feed that can be taken into parts of at most one change each, and put together again. */
function feedOf<Part>(
  events: EventInput,
  parts: readonly Part[],
  together: (parts: readonly Part[]) => EventInput,
): CapturedFeed {
  const told = parts.map((part) => readEvents(together([part]), { tables: [...tables, finiteTables.at(-1)!] }))
  return {
    events,
    placesOf: ({ schema, name }, kind) =>
      told.flatMap((changes, place) =>
        changes.some((change) => change.schema === schema && change.table === name && change.kind === kind)
          ? [place]
          : [],
      ),
    without: (place) => together(parts.toSpliced(place, 1)),
    doubled: (place) => together(parts.toSpliced(place, 0, parts[place]!)),
  }
}

/** A feed of events that come one by one. */
export function feedOfItems(items: readonly EventItem[]): CapturedFeed {
  return feedOf(items, items, (parts) => parts)
}

/** A feed that is a text with a line of JSON for each event. */
export function feedOfLines(text: string): CapturedFeed {
  return feedOf(text, text.split('\n').filter(Boolean), (lines) => lines.map((line) => `${line}\n`).join(''))
}

/** A feed of test_decoding's lines, whose values can have lines, too. */
export function feedOfDecodedText(text: string): CapturedFeed {
  return feedOf(text, text.split(/(?<=\n)(?=(?:BEGIN|COMMIT) \d|table )/), (parts) => parts.join(''))
}

interface Transaction {
  readonly change: readonly object[]
}

/** A feed of wal2json's version 1, in which an event is a transaction. */
export function feedOfTransactions(events: readonly (string | object)[]): CapturedFeed {
  const transactions = events.map((event) => (typeof event === 'string' ? JSON.parse(event) : event) as Transaction)
  const parts = transactions.flatMap((transaction) => transaction.change.map((change) => ({ transaction, change })))
  return feedOf(events, parts, (chosen) => {
    const changes = new Map<Transaction, object[]>()
    for (const { transaction, change } of chosen) {
      changes.set(transaction, [...(changes.get(transaction) ?? []), change])
    }
    return Array.from(changes, ([transaction, change]) => JSON.stringify({ ...transaction, change }))
  })
}
