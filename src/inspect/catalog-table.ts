import type { DialectInfo } from '../database/dialect-info.js'
import type { Range } from './check-forms.js'

/** A type that is in the schema of the table, and that a schema of a test lacks: an enum or a domain. */
export interface CatalogType {
  readonly name: string
  /** Of an enum, in their order. */
  readonly labels: readonly string[] | null
  /** Of a domain. */
  readonly domain: {
    /** As `format_type` writes it. */
    readonly base: string
    readonly notNull: boolean
    readonly default: string | null
    readonly checks: readonly { readonly name: string; readonly definition: string }[]
  } | null
}

export interface CatalogColumn {
  readonly name: string
  /** As the database writes it, without the schema of the table: `integer`, `numeric(7,2)`, `order_status`, `int(10) unsigned`. */
  readonly type: string
  /** The same of what the domains of its type are made of, as `format_type` of PostgreSQL writes it. */
  readonly base: string
  /** What its type leaves of the values of `base`: of numbers, of the seconds of moments, of the length of bytes. @default all */
  readonly limits?: Range | undefined
  /** Whether the column, or a domain of its type, takes no NULL. */
  readonly notNull: boolean
  /** The expression of its default, or of what it is computed from. */
  readonly expression: string | null
  /** Whether that names nothing but what every database has, and types that are created with the table. */
  readonly expressionIsPortable: boolean
  readonly hasDomainDefault: boolean
  readonly generated: boolean
  readonly identity: 'ALWAYS' | 'BY DEFAULT' | 'AUTO_INCREMENT' | null
  /** Of an enum, its labels in their order, its name (none in MySQL), and whether it is in the schema of the table. */
  readonly labels: readonly string[] | null
  readonly typeName: string
  readonly typeIsNear: boolean
  /** The types that have to be created for it, in their order. */
  readonly types: readonly CatalogType[]
  /** Whether these, and what every database has, are all of its type. */
  readonly typeIsPortable: boolean
  /** The CHECKs of the domains of its type, on `VALUE`. */
  readonly domainChecks: readonly string[]
}

/** A constraint, or an index that keeps rows apart. */
export interface CatalogConstraint {
  readonly name: string
  readonly kind: 'primary' | 'unique' | 'check' | 'foreign'
  readonly columns: readonly string[]
  /** As SQL, with names of the table's own schema unqualified. */
  readonly definition: string
  /** Of a CHECK, the same as PostgreSQL would write it. @default its definition */
  readonly words?: string
  /** Whether it names nothing but its tables and what every database has. */
  readonly isPortable: boolean
  /** Of a foreign key: where it points. */
  readonly table: string | null
  readonly tableIsNear: boolean
  readonly tableColumns: readonly string[]
}

/** A unique index, or an exclusion constraint, whose columns do not say which rows it keeps apart. */
export interface OddIndex {
  readonly definition: string
  readonly columns: readonly string[]
  readonly isUnique: boolean
}

export interface CatalogTable {
  readonly schema: string
  readonly dialect: DialectInfo['name']
  readonly name: string
  readonly columns: readonly CatalogColumn[]
  readonly constraints: readonly CatalogConstraint[]
  readonly oddIndexes: readonly OddIndex[]
  /** What stands behind the columns where a table like it is created. @default nothing */
  readonly storage?: string
  /** Whether triggers of the user's may change rows before they are written. */
  readonly hasRowTriggers: boolean
}
