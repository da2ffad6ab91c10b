import type { DialectInfo } from '../database/dialect-info.js'

/** What a stream finds before its first commit. */
export type PreflightEvent =
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
  /**
   * `rows` stood in the table before; `sampled` of them take part in UPDATEs and DELETEs. With `shard` or `base` they are
   * not counted: both are those that take part, and `maxKey` is what the stream's own keys are above.
   */
  | {
      readonly type: 'baseline'
      readonly table: string
      readonly rows: number
      readonly sampled: number
      readonly maxKey: number
      /** @default true */
      readonly counted?: boolean
    }
