/**
 * One column of a key, and how row n gets its value. A name alone stands for `{ column }`: what the column's type does by
 * itself. Integers count on from the largest key before, dates count days, a `uuid` is made of the table's name and the
 * number as a random one (version 4), a `text` is the number in nine digits.
 */
export interface KeyColumn {
  readonly column: string
  /**
   * Of columns `uuid` and `text`: `v4` looks random, `v7` begins with a time and ascends with the number, behind all of
   * version 7 that stood there before.
   * @default v4 for `uuid`, none for `text`
   */
  readonly uuid?: 'v4' | 'v7'
  /**
   * Another table of the stream, whose row n has the same value here: for a key that is a foreign key to its key, too. Both
   * count on from the largest of both, and a `uuid` is made of that table's name. With `values`, only the uuids are its.
   * With `restarts`, so many rows as the others have `values` have the value of one row there: the key of a child that is made of its
   * parent's key and a place among at most 6 children is `[{ column: 'order_id', of: 'orders', restarts: true }, { column: 'line_no', values: 6 }]`.
   * @default the table itself
   */
  readonly of?: string
  /** Of columns `text`: what stands before the digits. @default nothing */
  readonly prefix?: string
  /** Of columns `text`: how many digits, 1 to 15; with more rows than they can count, the stream ends. @default 9 */
  readonly digits?: number
  /** Of columns `date`: the first day, as YYYY-MM-DD. @default 2000-01-01 */
  readonly from?: string
  /**
   * Takes so many values in turn, or these: row 1 the first, row 2 the second, and after the last the first again.
   * Columns without `values` count all rows, so that one of them tells rows apart by itself.
   */
  readonly values?: number | readonly (number | string)[]
  /** Counts within each combination of the others' `values`, from 1 on, and not over all rows. @default false */
  readonly restarts?: boolean
}

/** The columns that tell rows apart: one by its name, or several. */
export type Key = string | readonly (string | KeyColumn)[]

/** The columns of a key, as they are meant. */
export function keyColumns(key: Key): readonly KeyColumn[] {
  return typeof key === 'string'
    ? [{ column: key }]
    : key.map((one) => (typeof one === 'string' ? { column: one } : one))
}

/** The names of a key's columns. */
export function keyNames({ key }: { readonly key: Key }): readonly string[] {
  return keyColumns(key).map(({ column }) => column)
}
