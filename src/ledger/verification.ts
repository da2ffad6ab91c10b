/** One column in which a row differs. Values are as `COPY … TO` writes them; NULL is `null`. */
export interface ColumnDifference {
  readonly column: string
  readonly expected: string | null
  readonly actual: string | null
}

/** One row in which a table differs from the ledger. */
export interface RowDifference {
  readonly table: string
  readonly key: string
  /** `missing`: the ledger has it, the table does not. `unexpected`: the other way round. `duplicate`: the key is there twice. */
  readonly kind: 'missing' | 'unexpected' | 'duplicate' | 'different'
  /** Where the row differs; empty unless `kind` is `different`. */
  readonly columns: readonly ColumnDifference[]
}

/** The comparison of tables with the ledger. */
export interface Verification {
  readonly equal: boolean
  /** The commit that the tables were compared with. */
  readonly commit: number
  /** Rows that were compared, by table. */
  readonly rows: Readonly<Record<string, number>>
  /** How many rows differ in all. */
  readonly differing: number
  /** The first of them. */
  readonly differences: readonly RowDifference[]
}
