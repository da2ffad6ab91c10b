/** The column types that rows can be made for. `numeric(p,s)` cells are integers scaled by 10^s: money is cents. */
export type ColumnType = 'int2' | 'int4' | 'int8' | `numeric(${number},${number})` | 'text' | 'bool' | 'date'

/** The types in words, for messages. */
export const COLUMN_TYPES = 'int2, int4, int8, numeric(p,s), text, bool or date'

export const columnTypePattern: RegExp = /^(int2|int4|int8|text|bool|date|numeric\(\d+,\d+\))$/

/** One column of a table. */
export interface Column {
  readonly name: string
  /**
   * `text` also stands for `varchar(n)`, for `char(n)` with texts of exactly n characters, for `uuid` in lower case where
   * no UPDATE changes it, and for enums.
   */
  readonly type: ColumnType
  /** Whether rows may hold NULL here. @default true */
  readonly nullable?: boolean
  /** Whether an UPDATE computes this column anew; no UPDATE may change any other. @default false */
  readonly recomputed?: boolean
  /**
   * The enum type of a column whose `type` is `text`, in the schema of the table: an UPDATE has to name it, because
   * PostgreSQL turns no text into an enum by itself. @default none
   */
  readonly enumType?: string
}

/**
 * One value inside the engine: integers for the integer types, scaled integers for `numeric`, an ISO date for `date`.
 * Integers stay below 2^53, so that they are exact.
 */
export type Cell = number | string | boolean | null
