import type { CapturedChange, CapturedRow } from '../../events/captured-change.js'
import type { VersionChange } from '../../ledger/public-ledger.js'
import { versionsOf } from '../../ledger/row-history.js'
import type { LedgerTable } from '../../ledger/ledger-table.js'
import type { Cell } from '../../tables/column.js'
import { keyText } from '../../tables/keys/table-key.js'
import type { CommitRange } from '../commit-target.js'
import { cellReader } from '../given/read-cell.js'

/** A change that a feed must have. */
export interface DueChange extends VersionChange {
  readonly key: string
  readonly number: number
  /** Undefined before an INSERT. */
  readonly before: number | undefined
  /** Which change of its row this is, from 0 on. */
  readonly index: number
}

/** All changes of a row that a feed must have, the first one first. What stood there before is none of them. */
export function dueChanges(table: LedgerTable, number: number, until: number): DueChange[] {
  const key = table.rows.keyTextOf(number)
  const versions = versionsOf(table, number, until)
  const changes = versions.map((change, index) => ({ ...change, key, number, before: versions[index - 1]?.version }))
  return changes.filter(({ commit }) => commit > 0).map((change, index) => ({ ...change, index }))
}

/** The row of an event. */
export interface EventRow {
  readonly key: string
  /** Undefined for a key that the table never had. */
  readonly number: number | undefined
}

/** Compares the events of a feed with what the ledger knows, in the columns that they have. */
export class FeedComparison {
  readonly #table: LedgerTable
  readonly #readers

  constructor(table: LedgerTable) {
    this.#table = table
    this.#readers = table.rows.definition.columns.map((column) => ({ name: column.name, read: cellReader(column) }))
  }

  /** The row of a change, or undefined where the event does not have its key. */
  rowOf({ key, after, before }: CapturedChange): EventRow | undefined {
    const { rows } = this.#table
    const values = rows.key.parts.map(({ name }) => key?.[name] ?? after?.[name] ?? before?.[name])
    if (values.some((value) => value === undefined || value === null)) return undefined
    const cells = rows.key.parts.map(({ index }, place) => this.#readers[index]!.read(values[place]))
    return { key: keyText(cells), number: rows.numberOf(cells) }
  }

  isSame(captured: CapturedChange, due: DueChange): boolean {
    const isKind = captured.kind === due.kind || (captured.upsert === true && due.kind !== 'delete')
    return isKind && this.differences(captured, due).length === 0
  }

  /** Whether the row was ever there. */
  isKnown(number: number, until: number): boolean {
    return versionsOf(this.#table, number, until).length > 0
  }

  /** The commits between which a row had the values that were read, the first one and the last; none for values that it never had. */
  spansOf({ after = {} }: CapturedChange, number: number, until: number): CommitRange[] {
    const versions = versionsOf(this.#table, number, until)
    return versions.flatMap(({ commit, version }, index) => {
      if (version === undefined || this.#columns('', after, number, version).length > 0) return []
      return [{ first: commit, last: (versions[index + 1]?.commit ?? until + 1) - 1 }]
    })
  }

  /** The columns in which both differ, before and after. */
  differences(captured: CapturedChange, due: DueChange): string[] {
    const { before, after } = captured
    return [
      ...(before && due.before !== undefined ? this.#columns('before', before, due.number, due.before) : []),
      ...(after && due.version !== undefined ? this.#columns('after', after, due.number, due.version) : []),
    ]
  }

  #columns(side: string, row: CapturedRow, number: number, version: number): string[] {
    const expected = [...this.#table.load(number, version)]
    return this.#readers.flatMap(({ name, read }, index) => {
      const value = row[name]
      if (value === undefined) return []
      const cell: Cell = read(value)
      return cell === expected[index] ? [] : [`${name} ${side}`]
    })
  }
}
