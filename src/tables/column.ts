/** The column types that rows can be made for. `numeric(p,s)` cells are integers scaled by 10^s: money is cents. */
export type ColumnType = 'int2' | 'int4' | 'int8' | `numeric(${number},${number})` | 'text' | 'bool' | 'date'

export const columnTypePattern: RegExp = /^(int2|int4|int8|text|bool|date|numeric\(\d+,\d+\))$/

/** One column of a table. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
  /** Whether rows may hold NULL here. @default true */
  readonly nullable?: boolean
  /** Whether an UPDATE computes this column anew. Such columns are never NULL from version 1 on. @default false */
  readonly recomputed?: boolean
}

/**
 * One value inside the engine: integers for the integer types, scaled integers for `numeric`, an ISO date for `date`.
 * Integers stay below 2^53, so that they are exact.
 */
export type Cell = number | string | boolean | null
