/** How many UPDATEs and DELETEs a table should have in a batch; the rest are INSERTs. */
export interface Demand {
  updates: number
  deletes: number
  /** How many DELETEs it may get at most, so that rows can go with those that they hang on. */
  room: number
}

/** What a table got in a batch. */
export interface Supply extends Omit<Demand, 'room'> {
  readonly changes: number
}

/** Says how many UPDATEs and DELETEs each table gets in each batch. */
export interface Apportionment {
  /** How many DELETEs one row may bring at most, its own among them. */
  readonly together: number
  /**
   * The demand on every table in batch `index` (0, 1, 2 …); to be asked for once a batch, in order.
   *
   * @param deletable How many DELETEs each table can have at all. @default any number
   */
  demand(index: number, deletable?: readonly number[]): Demand[]
  /** What a table really got, so that a difference can be made up for later. */
  record(table: number, supply: Supply): void
}
