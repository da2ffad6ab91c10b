import type { DialectInfo } from '../target/dialect.js'

/** How many changes of each kind. */
export interface ChangeCounts {
  readonly inserts: number
  readonly updates: number
  readonly deletes: number
}

/** What a stream tells its observer. */
export type StreamEvent =
  | { readonly type: 'connected'; readonly at: string; readonly database: string; readonly schema: string; readonly dialect: DialectInfo }
  | { readonly type: 'created'; readonly table: string }
  | { readonly type: 'warning'; readonly message: string }
  /** `rows` stood in the table before; `sampled` of them take part in UPDATEs and DELETEs. */
  | { readonly type: 'baseline'; readonly table: string; readonly rows: number; readonly sampled: number; readonly maxKey: number }
  | ({ readonly type: 'commit'; readonly commit: number; readonly milliseconds: number } & ChangeCounts)
  | { readonly type: 'retry'; readonly commit: number; readonly attempt: number; readonly reason: string; readonly delay: number }
  /** The answer to a COMMIT was lost, and the database has now told what became of it. */
  | { readonly type: 'resolved'; readonly commit: number; readonly committed: boolean }
  /** The writer is `milliseconds` behind its schedule; told at most once a second. */
  | { readonly type: 'lag'; readonly milliseconds: number }
