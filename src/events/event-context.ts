import { OptionsError } from '../errors.js'
import type { Change } from '../ledger/change.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { DeliveryFaults } from './delivery/faulty-delivery.js'
import type { EventFormat } from './feed-format.js'

/** What events call the place that they come from. */
export interface EventNames {
  /** The database; MySQL has no schemas, so formats that come from MySQL hold only this name. */
  readonly database: string
  readonly schema: string
  /** The logical name of the server, Debezium's `topic.prefix`. */
  readonly server: string
}

/** A commit, with all that its events are made from. */
export interface EventContext extends EventNames {
  readonly commit: number
  /** All changes of the commit, in their order. */
  readonly changes: readonly Change[]
  /** When the commit was acknowledged, in milliseconds since 1970. */
  readonly at: number
  /** The definitions of all tables that the changes are on. */
  readonly tables: readonly TableDefinition[]
}

export function definitionOf({ tables }: Pick<EventContext, 'tables'>, name: string): TableDefinition {
  const found = tables.find((table) => table.name === name)
  if (found) return found
  const known = tables.map((table) => table.name).join(', ')
  throw new OptionsError(`Expected \`tables\` to hold the definition of \`${name}\`, got ${known || 'none'}.`)
}

/** As which events a stream gives its changes, and what goes wrong with them on their way. */
export interface FeedOptions<F extends EventFormat> {
  readonly format: F
  /** @default nothing goes wrong */
  readonly faults?: DeliveryFaults
  /** What the events call the place that they come from. @default database and schema of the target, server `cdc` */
  readonly names?: Partial<EventNames>
}

/** More changes than a commit has. */
const MOST_CHANGES = 2 ** 22

/** A made-up place in a log: grows with every change and every commit, and is exact for 2^31 commits. */
export function logPosition(commit: number, index: number): number {
  return commit * MOST_CHANGES + index
}

/** A made-up MySQL server, whose transactions are numbered like our commits. */
const SERVER_UUID = '6364632d-7374-4265-a16d-000000000001'

/** The global transaction identifier that a MySQL server would give a commit. */
export function gtidOf(commit: number): string {
  return `${SERVER_UUID}:${commit}`
}
