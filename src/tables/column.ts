/** A type without its precision, or with it. */
type Precise<Name extends string> = Name | `${Name}(${number})`

/** Types that are no arrays. What they are stands in `types/cell-types.ts`. */
export type ScalarType =
  | 'int2'
  | 'int4'
  | 'int8'
  | 'float4'
  | 'float8'
  | `numeric(${number},${number})`
  | 'numeric'
  | 'text'
  | 'bool'
  | 'date'
  | Precise<'time'>
  | Precise<'timestamp'>
  | Precise<'timestamptz'>
  | 'interval'
  | 'uuid'
  | 'bytea'
  | 'json'
  | 'jsonb'
  | 'inet'
  | 'cidr'
  | `bit(${number})`
  | Precise<'varbit'>

/**
 * The column types that rows can be made for. `numeric(p,s)` cells are integers scaled by 10^s: money is cents. Those of the
 * integer types are numbers, those of `bool` truth values; all others are the text that PostgreSQL writes, in UTC.
 */
export type ColumnType = ScalarType | `${ScalarType}[]`

/** One column of a table. */
export interface Column {
  readonly name: string
  /**
   * `text` also stands for `citext`, for `varchar(n)`, for `char(n)` with texts of exactly n characters, for `uuid` in lower
   * case where no UPDATE changes it, and for enums.
   */
  readonly type: ColumnType
  /** Whether rows may hold NULL here. @default true */
  readonly nullable?: boolean
  /**
   * Whether an UPDATE computes this column anew; no UPDATE may change any other. A table whose columns all say `false`, or
   * are all of its key, gets no UPDATE. @default false
   */
  readonly recomputed?: boolean
  /**
   * The enum type of a column whose `type` is `text`, in the schema of the table: an UPDATE has to name it, because
   * PostgreSQL turns no text into an enum by itself. @default none
   */
  readonly enumType?: string
}

/**
 * One value inside the engine: integers for the integer types, scaled integers for `numeric(p,s)`, texts for most
 * others: an ISO date for `date`.
 * Integers stay below 2^53, so that they are exact.
 */
export type Cell = number | string | boolean | null

/**
 * A value as `pg` returns it: `int8` and `numeric` as strings, `date` as midnight in local time. Those of types for which that
 * would lose something (timestamps have microseconds), or be an object, are the texts that PostgreSQL writes.
 */
export type PgValue = number | string | boolean | Date | null
