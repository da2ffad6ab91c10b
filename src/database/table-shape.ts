/** How a table is partitioned, as the catalog has it. */
export interface Partitions {
  readonly strategy: 'range' | 'list' | 'hash'
  /** The column by which it is; null where that is an expression, or several. */
  readonly column: string | null
  readonly hasDefault: boolean
  /** Of every partition, as the server writes it: `FOR VALUES FROM (1) TO (10)`. */
  readonly bounds: readonly string[]
}

/** One column as the catalog has it. */
export interface ColumnShape {
  readonly name: string
  /** As `format_type` writes it: `integer`, `numeric(7,2)`. */
  readonly type: string
  readonly notNull: boolean
  /** Whether an INSERT can leave it out: it has a default, or the database computes it. */
  readonly filled: boolean
  readonly generated: boolean
  readonly isEnum: boolean
}

/** What the catalog says about a table. */
export interface TableShape {
  readonly oid: number
  /** `pg_class.relkind`: `r` a table, `p` a partitioned table, `v` a view … */
  readonly kind: string
  /** The access methods of the table and its partitions: `heap`, `ao_row` …; none for what is no table. */
  readonly storage: readonly string[]
  /** Undefined for a table that has none. */
  readonly partitions: Partitions | undefined
  readonly columns: readonly ColumnShape[]
  readonly keyIndexed: boolean
  readonly keyUnique: boolean
  /** Of SELECT, INSERT, UPDATE and DELETE, those that the user may not. */
  readonly missingPrivileges: readonly string[]
  /** Whether row-level security holds for the user, who then neither sees all rows nor may COPY any. */
  readonly rowsHidden: boolean
}

/** Expressions of an index have no column, but count for its width. */
export interface FoundIndex {
  readonly first: string
  readonly columns: readonly string[]
  readonly width: number
  readonly unique: boolean
}

/** Whether an index finds the rows of a key, and whether one keeps it unique. */
export function keyIndexes(
  key: readonly string[],
  indexes: readonly FoundIndex[],
): Pick<TableShape, 'keyIndexed' | 'keyUnique'> {
  const byKey = indexes.filter(({ first }) => key.includes(first))
  const isUnique = ({ unique, width, columns }: FoundIndex): boolean =>
    unique && width === columns.length && columns.every((name) => key.includes(name))
  return { keyIndexed: byKey.length > 0, keyUnique: byKey.some(isUnique) }
}
