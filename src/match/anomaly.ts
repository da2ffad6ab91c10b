/** What can be wrong with rows that were read while their table changed. */
export type AnomalyName =
  | 'wrong column'
  | 'empty table'
  | 'lost insert'
  | 'lost update'
  | 'resurrected delete'
  | 'phantom'
  | 'duplicate'
  | 'torn transaction'
  | 'orphan return'
  | 'orphan row'
  | 'out of order'
  | 'stale read'
  | 'wrong value'

/** One thing that is wrong, by its name. */
export interface Anomaly {
  readonly name: AnomalyName
  readonly table: string
  /** The key of the row; for a torn transaction, of the first row that tells of it. */
  readonly key: string | undefined
  /** The commit whose change is lost, half there or wrong; undefined for what no commit wrote. */
  readonly commit: number | undefined
  /** The whole of it in words. */
  readonly text: string
  /** What happened to the key, in words; undefined where there is no key. */
  readonly history: string | undefined
}

/** Why what was read is not the table after any commit of the range. */
export interface Mismatch {
  readonly since: number
  readonly until: number
  /** The commit that comes nearest, leaving aside wrong columns and empty tables. */
  readonly nearest: number
  /** Rows that only one of the two has: what was read, or the tables after the nearest commit; leaving aside the same. */
  readonly differing: number
  /** Whether anything was left by which to find that commit. */
  readonly compared: boolean
  /** Whether rows could be told apart by their key, or by their group. Otherwise there is nothing but the difference. */
  readonly keyed: boolean
  /** Some of each name, the most telling first. */
  readonly anomalies: readonly Anomaly[]
  /** How many anomalies there are in all, and of each name. */
  readonly count: number
  readonly counts: Readonly<Partial<Record<AnomalyName, number>>>
  /** Rows that only one of the two has, the first of them, where they cannot be told apart by a key. */
  readonly difference: { readonly missing: readonly string[]; readonly unexpected: readonly string[] }
  /** How many there are of each in all. */
  readonly differenceCounts: { readonly missing: number; readonly unexpected: number }
}
