/** How many UPDATEs and DELETEs a table should have in a batch; the rest are INSERTs. */
export interface Demand {
  updates: number
  deletes: number
}

/** What a table got in a batch. */
export interface Supply extends Demand {
  readonly changes: number
}

/** Says how many UPDATEs and DELETEs each table gets in each batch. */
export interface Apportionment {
  /** The demand on every table in batch `index` (0, 1, 2 …); to be asked for once a batch, in order. */
  demand(index: number): Demand[]
  /** What a table really got, so that a difference can be made up for later. */
  record(table: number, supply: Supply): void
}
