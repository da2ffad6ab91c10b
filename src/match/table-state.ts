import type { Row } from '../ledger/change.js'
import type { FingerprintTrack } from '../ledger/fingerprint-track.js'
import type { Ledger } from '../ledger/ledger.js'
import type { LedgerTable } from '../ledger/ledger-table.js'
import { type Aggregate, aggregateColumns, selectColumns, type View } from '../ledger/view.js'
import type { Column } from '../tables/column.js'

/** What a table's state is asked of: a stream. */
export interface StateSource {
  /** Throws StateError before the stream has begun. */
  readonly ledger: Ledger
  /** Whether further commits can come at any moment. */
  readonly moving: boolean
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

type Narrow = (columns: readonly Column[], view: View) => View

/**
 * A table of a stream as matchers take it: what it contains after any commit. Can be narrowed to what a job under test
 * really produces, before or after the stream has begun.
 */
export class TableState {
  readonly name: string
  readonly source: StateSource
  readonly #steps: readonly Narrow[]
  readonly #nameOf: (column: string) => string
  #resolved: { readonly ledger: Ledger; readonly view: View; readonly track: FingerprintTrack } | undefined

  constructor(
    source: StateSource,
    name: string,
    steps: readonly Narrow[] = [],
    nameOf: (column: string) => string = (column) => column,
  ) {
    this.source = source
    this.name = name
    this.#steps = steps
    this.#nameOf = nameOf
  }

  /** Only these columns. Rows that are the same then are told apart no more, but counted. */
  columns(names: readonly string[]): TableState {
    return this.#with((columns, view) => selectColumns(columns, view, names))
  }

  /** Only rows that pass. The filter sees them whole, as `pg` returns them; it must be a pure function. */
  where(filter: (row: Row) => boolean): TableState {
    return this.#with((_, view) => {
      const earlier = view.filter
      return { ...view, filter: earlier ? (row) => earlier(row) && filter(row) : filter }
    })
  }

  /** Sums by group, as SQL's GROUP BY gives them. */
  aggregate(aggregate: Aggregate): TableState {
    return this.#with((columns, view) => aggregateColumns(columns, view, aggregate))
  }

  /**
   * For rows that call their columns something else, such as `SS_ID` or `ssId`. What is said of a table (`columns`,
   * `where`, `aggregate`) and what a failure says keeps the table's own names.
   *
   * @param nameOf what the rows call a column of the table, or a count
   */
  named(nameOf: (column: string) => string): TableState {
    return new TableState(this.source, this.name, this.#steps, nameOf)
  }

  /** @throws StateError before the stream has begun; OptionsError for a table or column that is not there */
  resolve(): ResolvedState {
    const { ledger } = this.source
    const { table, until } = ledger.visible(this.name)
    if (this.#resolved?.ledger !== ledger) {
      const { columns } = table.rows.definition
      const view = this.#steps.reduce((narrowed, step) => step(columns, narrowed), table.whole)
      this.#resolved = { ledger, view, track: table.track(view) }
    }
    const { view, track } = this.#resolved
    return { table, view, names: view.columns.map((column) => this.#nameOf(column.name)), track, until }
  }

  #with(step: Narrow): TableState {
    return new TableState(this.source, this.name, [...this.#steps, step], this.#nameOf)
  }
}
