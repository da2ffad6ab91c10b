import type { DialectInfo } from '../target/dialect.js'

/** One column as the catalog has it. */
export interface CatalogColumn {
  readonly name: string
  /** As `format_type` writes it, without the schema of the table: `integer`, `numeric(7,2)`, `order_status`. */
  readonly type: string
  readonly notNull: boolean
  /** The expression of its default, or of what it is computed from. */
  readonly expression: string | null
  /** Whether the database computes it from other columns. */
  readonly generated: boolean
  readonly identity: 'ALWAYS' | 'BY DEFAULT' | null
  /** Of an enum, its labels in their order, its name, and whether it is in the schema of the table. */
  readonly labels: readonly string[] | null
  readonly typeName: string
  readonly typeIsNear: boolean
}

/** A constraint, or an index that keeps rows apart. */
export interface CatalogConstraint {
  readonly name: string
  readonly kind: 'primary' | 'unique' | 'check' | 'foreign'
  readonly columns: readonly string[]
  /** As SQL, with names of the table's own schema unqualified. */
  readonly definition: string
  /** Of a foreign key: where it points. */
  readonly table: string | null
  /** Whether that table is in the same schema. */
  readonly tableIsNear: boolean
  readonly tableColumns: readonly string[]
}

/** What the catalog says about a table. */
export interface CatalogTable {
  readonly schema: string
  readonly dialect: DialectInfo['name']
  readonly name: string
  readonly columns: readonly CatalogColumn[]
  readonly constraints: readonly CatalogConstraint[]
  /** Unique indexes that a definition cannot keep to, because they are on a part or on an expression. */
  readonly oddIndexes: readonly string[]
}
