import { OptionsError } from '../errors.js'
import type { Row } from '../ledger/change.js'
import type { FingerprintTrack } from '../ledger/fingerprint-track.js'
import type { LedgerTable } from '../ledger/ledger-table.js'
import type { PlannedLedger } from '../ledger/planned-ledger.js'
import type { RowPeriod } from '../ledger/public-ledger.js'
import { tablePeriods } from '../ledger/row-spans.js'
import { type Aggregate, aggregateColumns, selectColumns, type View } from '../ledger/view.js'
import type { Column } from '../tables/column.js'
import { expectKnown } from '../tables/expect-known.js'
import type { ReadLog } from './read-log.js'
import type { TableState } from './commit-target.js'

/** The compiler asks for all of them. */
const AGGREGATE_NAMES = Object.keys({ by: true, sum: true, count: true } satisfies Record<keyof Aggregate, true>)

/** Where the tables of a stream are. */
export interface TablePlace {
  readonly database?: string | undefined
  readonly schema?: string | undefined
}

/** What a table's state is asked of: a stream. */
export interface StateSource {
  /** Throws StateError before the stream has begun. */
  readonly ledger: PlannedLedger
  /** Whether further commits can come at any moment. */
  readonly moving: boolean
  /** Where the tables are, as far as that is known. */
  readonly place?: TablePlace
  /** What the stream knows of the reads of its test. @default nothing: no read is too old */
  readonly reads?: ReadLog
}

/** A view of a table of a ledger. */
export interface ResolvedState {
  readonly table: LedgerTable
  readonly view: View
  /** What the rows that are read call the columns of the view. */
  readonly names: readonly string[]
  readonly track: FingerprintTrack
  /** The last commit that a reader may see. */
  readonly until: number
}

interface Narrow {
  readonly step: (columns: readonly Column[], view: View) => View
  /** The same for two that narrow in the same way. */
  readonly text: string
}

let sourceOfOwn: (table: NarrowedTable) => StateSource
let resolveOwn: (table: NarrowedTable) => ResolvedState
let describeOwn: (table: NarrowedTable) => string

/**
 * The one kind of `TableState`. The tables of its ledger can be written, so that nothing on it leads there: the functions
 * of this file do.
 */
export class NarrowedTable implements TableState {
  readonly name: string
  readonly #source: StateSource
  readonly #steps: readonly Narrow[]
  readonly #nameOf: (column: string) => string
  #resolved: { readonly ledger: PlannedLedger; readonly view: View; readonly track: FingerprintTrack } | undefined

  static {
    sourceOfOwn = (table) => table.#source
    resolveOwn = (table) => table.#resolve()
    describeOwn = (table) => [table.name, ...table.#steps.map(({ text }) => text)].join('.')
  }

  constructor(
    source: StateSource,
    name: string,
    steps: readonly Narrow[] = [],
    nameOf: (column: string) => string = (column) => column,
  ) {
    this.#source = source
    this.name = name
    this.#steps = steps
    this.#nameOf = nameOf
    Object.freeze(this)
  }

  columns(names: readonly string[]): TableState {
    const selected = [...names]
    const step: Narrow['step'] = (columns, view) => selectColumns(columns, view, selected)
    return this.#with({ step, text: `columns(${selected.join(', ')})` })
  }

  where(filter: (row: Row) => boolean): TableState {
    const step: Narrow['step'] = (_, view) => {
      const earlier = view.filter
      return { ...view, filter: earlier ? (row) => earlier(row) && filter(row) : filter }
    }
    return this.#with({ step, text: `where(${String(filter)})` })
  }

  aggregate(aggregate: Aggregate): TableState {
    expectKnown(aggregate, AGGREGATE_NAMES, '`aggregate()`')
    const { by = [], sum = [], count } = aggregate
    const asked = { by: [...by], sum: [...sum], ...(count !== undefined && { count }) }
    const step: Narrow['step'] = (columns, view) => aggregateColumns(columns, view, asked)
    return this.#with({ step, text: `aggregate(${JSON.stringify(asked)})` })
  }

  named(nameOf: (column: string) => string): TableState {
    return new NarrowedTable(this.#source, this.name, this.#steps, nameOf)
  }

  *history(): Generator<RowPeriod> {
    const { table, view, until } = this.#resolve()
    if (view.sums) {
      throw new OptionsError('Expected a table with its rows for `history()`, got sums. Leave `aggregate` out.')
    }
    yield* tablePeriods(table, view, until)
  }

  #resolve(): ResolvedState {
    const { ledger } = this.#source
    const { table, until } = ledger.visible(this.name)
    if (this.#resolved?.ledger !== ledger) {
      const { columns } = table.rows.definition
      const view = this.#steps.reduce((narrowed, { step }) => step(columns, narrowed), table.whole)
      this.#resolved = { ledger, view, track: table.track(view) }
    }
    const { view, track } = this.#resolved
    return { table, view, names: view.columns.map((column) => this.#nameOf(column.name)), track, until }
  }

  #with(narrow: Narrow): TableState {
    return new NarrowedTable(this.#source, this.name, [...this.#steps, narrow], this.#nameOf)
  }
}

/** @throws StateError before the stream has begun; OptionsError for a table or column that is not there */
export function resolveState(state: TableState): ResolvedState {
  return resolveOwn(expectOwn(state))
}

/** The stream that a table is of. */
export function sourceOfState(state: TableState): StateSource {
  return sourceOfOwn(expectOwn(state))
}

/** The same text for tables that are the same and narrowed in the same way. */
export function describeState(state: TableState): string {
  return describeOwn(expectOwn(state))
}

export function isTableState(value: unknown): value is TableState {
  return value instanceof NarrowedTable
}

function expectOwn(state: TableState): NarrowedTable {
  if (state instanceof NarrowedTable) return state
  throw new OptionsError(`Expected a table of a stream, got another object. Use \`cdcStream.table('${state.name}')\`.`)
}
