import type { EventNames } from '../../src/events/event-context.js'
import type { EventFormat } from '../../src/events/feed-format.js'
import { renderEvents } from '../../src/events/render-events.js'
import type { PlannedLedger } from '../../src/ledger/planned-ledger.js'
import type { PlanInput } from '../../src/plan/plan-input.js'

/** The formats in which a connector tells rows that stood there. */
export type SnapshotFormat = 'debezium-postgres' | 'debezium-mysql' | 'maxwell'

const names: EventNames = { database: 'd', schema: 's', server: 'server' }

/** Feeds as connectors that begin at any commit would give them. */
export class CapturedFeeds {
  readonly #input: PlanInput
  readonly #ledger: PlannedLedger
  readonly #names: EventNames

  constructor(input: PlanInput, ledger: PlannedLedger, named: Partial<EventNames> = {}) {
    this.#input = input
    this.#ledger = ledger
    this.#names = { ...names, ...named }
  }

  /** The changes of the commits from one to another. */
  changes(format: EventFormat, first: number, last: number): object[] {
    const commits = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
    return commits.flatMap((commit) => this.#render(format, commit, [...this.#ledger.changes(commit)]))
  }

  /** The rows that stood in a table after a commit. */
  reads(format: SnapshotFormat, table: string, commit: number): object[] {
    const rows = [...this.#ledger.at(commit).rows(table)]
    const inserts = rows.map((row) => ({ kind: 'insert', table, key: '', after: row }) as const)
    const events = this.#render(format, 1, inserts)
    if (format === 'maxwell') return events.map((event) => ({ ...event, type: 'bootstrap-insert' }))
    return events.map((event) => ({ ...event, op: 'r', transaction: null }))
  }

  #render(format: EventFormat, commit: number, changes: Parameters<typeof renderEvents>[1]['changes']): object[] {
    const tables = this.#input.tables.map(({ definition }) => definition)
    return renderEvents(format, { ...this.#names, commit, changes, at: 1_700_000_000_000, tables })
  }
}
