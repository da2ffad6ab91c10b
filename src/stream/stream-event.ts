import type { ChangeCounts } from '../ledger/change.js'
import type { DialectInfo } from '../target/dialect.js'

/** A transaction that the database accepted. */
export interface CommitEvent extends ChangeCounts {
  readonly type: 'commit'
  readonly commit: number
  readonly tables: Readonly<Record<string, ChangeCounts>>
  /** When the answer to COMMIT came, in milliseconds since 1970. */
  readonly at: number
  /** From BEGIN to the answer to COMMIT, with retries. */
  readonly milliseconds: number
  /** By how many milliseconds the batch started late. */
  readonly lag: number
}

/** What a stream tells its observer. */
export type StreamEvent =
  | {
      readonly type: 'connected'
      /** Host and port. */
      readonly at: string
      readonly database: string
      readonly schema: string
      readonly dialect: DialectInfo
    }
  | { readonly type: 'created'; readonly table: string }
  | { readonly type: 'warning'; readonly message: string }
  /** `rows` stood in the table before; `sampled` of them take part in UPDATEs and DELETEs. */
  | {
      readonly type: 'baseline'
      readonly table: string
      readonly rows: number
      readonly sampled: number
      readonly maxKey: number
    }
  | CommitEvent
  | { readonly type: 'retry'; readonly commit: number; readonly attempt: number; readonly reason: string }
  /** The answer to a COMMIT was lost, and the database has now told what became of it. */
  | { readonly type: 'resolved'; readonly commit: number; readonly committed: boolean }
  /** The writer is `milliseconds` behind its schedule; told at most once a second. */
  | { readonly type: 'lag'; readonly milliseconds: number }
