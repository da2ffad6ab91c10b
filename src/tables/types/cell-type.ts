import type { Cell, PgValue } from '../column.js'

/** How a feed writes values. `int2`, `int4` and `text` are the same in all of them. */
export interface Encoding {
  /** `number` holds as far as JSON numbers are exact; a value beyond is a text. */
  readonly int8: 'number' | 'text'
  /** As `int8`, of `numeric(p,s)`. */
  readonly numeric: 'number' | 'text'
  readonly bool: 'boolean' | 'number'
  /** `days` are those since 1970-01-01. */
  readonly date: 'text' | 'days'
  /** A feed that has forms of its own for further types. @default those of PostgreSQL */
  readonly feed?: 'debezium' | 'maxwell' | 'canal' | 'flink'
}

/** What stands in an event for a value that is not NULL. */
export type EventScalar = string | number | boolean

/** A column's type in MySQL, and its number in `java.sql.Types`, as Canal names both. */
export interface CanalType {
  readonly mysql: string
  readonly sql: number
}

/**
 * A column type: all forms in which its values come and go. NULL is the same for all types, and none of this is asked of it.
 * `type` is the type as it stands in the definition, such as `timestamp(3)`.
 */
export interface CellType {
  /** What stands in parentheses behind its name: a pattern, and in words. @default nothing may */
  readonly parameters?: { readonly pattern: RegExp; readonly words: string }
  /** What a cell is to be, in words, if this is none; else undefined. */
  readonly expected: (cell: unknown, type: string) => string | undefined
  /** The cell of a text as PostgreSQL writes it, or undefined where it is beyond what cells can hold exactly. */
  readonly ofText: (text: string, type: string) => Cell | undefined
  /** What PostgreSQL writes for a text in any form that it takes; undefined for what is no value of the type. */
  readonly normal: (text: string, type: string) => string | undefined
  /** A text of a value that drivers and jobs give as something else; undefined where the value has one of its own. */
  readonly textOf?: (value: unknown, type: string) => string | undefined
  /**
   * Reads what drivers and jobs give. What is no value of the type becomes its text, which equals no cell of the ledger.
   *
   * @param digits how many digits Arrow's decimals have behind the point; undefined for as many as the column
   */
  readonly reader: (type: string, digits?: number) => (value: unknown) => Cell
  /** What `pg` returns for a cell. @default the cell */
  readonly toPg?: (cell: NonNullable<Cell>, type: string) => PgValue
  /** What `pg` would return for what a feed made of a value; undefined for what cannot be one of the type. */
  readonly decode: (value: unknown, type: string) => PgValue | undefined
  /** What a feed writes for what `pg` returns. @default the same */
  readonly encode?: (value: NonNullable<PgValue>, type: string, encoding: Encoding) => EventScalar
  /** Whether a column of the database of this type, as the catalog writes it, holds every value unchanged, but for the length of texts. */
  readonly isHeldBy: (actual: string, type: string) => boolean
  /** Of a type whose cells are integers: how many of their digits stand behind the point. */
  readonly scale?: (type: string) => number
  /** Whether cells compare by `<` as PostgreSQL compares the values. @default false */
  readonly isOrdered?: true
  /** @default a text: what MySQL has no type for is one there */
  readonly canal?: (type: string) => CanalType
  /** The cell of an instant in milliseconds since 1970. @default no clock can be of this type */
  readonly stamp?: (milliseconds: number) => Cell
}
