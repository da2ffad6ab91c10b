import type { ChangeScript } from '../plan/change-script.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { ConnectionOptions } from '../target/connection.js'
import type { RateStep } from './pace.js'
import type { StreamEvent } from '../stream/stream-event.js'

/** The shares of the three kinds of change, as weights: `{ insert: 70, update: 20, delete: 10 }`. */
export interface MixWeights {
  readonly insert?: number
  readonly update?: number
  readonly delete?: number
}

/** How much of each hazard the changes have, as shares from 0 to 1. Each is 0 unless told otherwise. */
export interface HazardOptions {
  /**
   * Of the UPDATEs: those that pick their row by Zipf's law, the r-th oldest row in proportion to 1 / r, instead of any
   * row equally likely. Rows that the same run has picked before are left out. DELETEs pick any row: a hot key lives on.
   */
  readonly hotKeys?: number
  /**
   * Of the changes: those that belong to a chain on one key in one batch. Chains are INSERT → UPDATE, INSERT → UPDATE →
   * DELETE, UPDATE → UPDATE, UPDATE → DELETE and, together with `reinsert`, DELETE → INSERT; their changes count as what
   * they are, so there are as many chains as the mix has UPDATEs and DELETEs for. The same share of the other UPDATEs,
   * DELETEs and reinserted rows are of rows that the batch before changed.
   */
  readonly sameKeyChains?: number
  /**
   * Of the INSERTs outside chains: those of a row that was deleted in an earlier batch, as long as there is one. It has
   * its key again and other values; a return comes back only while its sale is there.
   */
  readonly reinsert?: number
  /** Of the UPDATEs: those that set the values that are there already. */
  readonly noopUpdates?: number
  /** Not possible: a key is what tells a row from others in all its versions. */
  readonly keyChange?: never
}

/** A table definition that a module exports; it is loaded where the stream runs, off the caller's thread. */
export interface TableModule {
  readonly module: string | URL
  readonly export: string
}

/** What a stream can be told. All of it is optional. */
export interface CdcOptions {
  /** How many commits are planned. @default 50 */
  readonly batches?: number
  /** Changes per table in a batch. @default 200 */
  readonly batchSize?: number
  /** Milliseconds between the starts of two batches; 0 is as fast as the database takes them. @default 2000 */
  readonly interval?: number
  /** Changes a second, over all tables; instead of `interval`. A batch follows when its turn at this rate has come. */
  readonly rate?: number
  /**
   * Rates one after the other, instead of `interval`: `[{ seconds: 10, rate: 500 }, { seconds: 2, rate: 5000 }, { seconds:
   * 30, from: 500, to: 2000 }]` is a step, a burst and a ramp. It begins again when it is through; a last step without
   * `seconds` goes on instead. While the stream is paused, the schedule stands still.
   */
  readonly schedule?: readonly RateStep[]
  /**
   * The mix of changes: weights, or a number r from 0 to 0.5 for r/2 UPDATEs and r/2 DELETEs.
   * @default one or two UPDATEs and one or two DELETEs in every 800 changes
   */
  readonly ratio?: number | MixWeights
  /** What makes life hard for those who read the changes. @default none */
  readonly hazards?: HazardOptions
  /**
   * Transactions that are open at the same time, 1 to 16, each on a session of its own, as far as they touch different
   * rows. COMMITs are sent one at a time, so the numbers of the commits are the order in which they become visible.
   * @default 1
   */
  readonly writers?: number
  /**
   * The share of batches, 0 to 1, of which new rows are committed one to four batches later, in a transaction that begins
   * before the rest of the batch: lower keys become visible after higher ones. Such a batch makes two commits.
   * @default 0
   */
  readonly lateCommit?: number
  /**
   * The share of batches, 0 to 1, that are written and rolled back first, and then written with other keys: keys have
   * gaps. @default 0
   */
  readonly rollback?: number
  /** Batches during which a long transaction stays open, one after the other, up to 1000; 0 for none. @default 0 */
  readonly longTransaction?: number
  /**
   * Which tables change. A definition that is given as it is (inline) holds functions, which cannot cross threads: its
   * stream computes, writes and awaits its batches on the caller's thread. A test that blocks this thread then stops the
   * load, and the load takes its time from the test. By module, `{ module: new URL('./tables.js', import.meta.url), export:
   * 'orders' }`, the same changes are made on the worker thread. Node.js loads the module itself: JavaScript, or from 22.18
   * on also TypeScript whose types can be stripped. @default 'both'
   */
  readonly tables?: 'sales' | 'returns' | 'both' | readonly (TableDefinition | TableModule)[]
  /** An integer from 0 to 4,294,967,295 from which all changes follow. @default random, and reported */
  readonly seed?: number
  /** TPC-DS scale factor: 1, 10, 100, 300, 1000, 3000, 10000, 30000 or 100000; sets the key ranges. @default 1 */
  readonly scale?: number
  /** NULLs as TPC-DS draws them, or none. @default 'tpcds' */
  readonly nulls?: 'tpcds' | 'none'
  /** The day of every sale, as `YYYY-MM-DD`. @default drawn from the TPC-DS calendar, 1998 to 2003 */
  readonly businessDate?: string
  /**
   * One of several streams that write to the same tables at the same time, `'1/4'` to `'4/4'`, from anywhere and knowing
   * nothing of one another: each writes the ids above `base` + (i − 1) · 2^31, of which it makes 2,140,000,000 at most, and
   * has values of its own, which follow from the `seed` that all of them are given. `batches`, `rate` and so on are those
   * of one shard, and each numbers its own commits. @default the stream has the tables to itself
   */
  readonly shard?: string
  /**
   * What all ids and tickets of the stream are above, instead of the largest that are found in the tables.
   * @default those that are found; with `shard` 0
   */
  readonly base?: number
  /** Go on until stopped, instead of for `batches` commits. @default false */
  readonly continuous?: boolean
  /**
   * The database to write to; `none` writes to none: the batches are planned at their pace, and `ledger` and `commits()`
   * tell of them. @default 'auto': the configured one if CLOUDBERRY_HOST is set, else an embedded one
   */
  readonly target?: 'auto' | 'embedded' | 'container' | 'configured' | 'none' | ConnectionOptions
  /**
   * The changes themselves, instead of a plan: as `record` wrote them, `changeScript()` generates them or you wrote them
   * down. The tables must be empty; the same rows come out, with the same keys.
   */
  readonly script?: ChangeScript
  /** The token of a run (`CdcSummary.token`), to make its changes again. The tables must be empty. */
  readonly token?: string
  /**
   * Goes on with a run whose process died: its token (told by the event `resumable` before commit 1, and in
   * `CdcSummary.token`), or what `readScript` reads of its `record`, which is needed where rows stood in the tables before.
   * The last commit is found by the rows themselves; then come the other commits that were planned. `stats()` and the
   * summary count all of them, and `commits()` begins with commit 1.
   */
  readonly resume?: string | ChangeScript
  /**
   * A file to write the changes to, each batch before it is sent, for `readScript`; a new one, but for `resume`, which
   * goes on with the one of its run. @default none
   */
  readonly record?: string
  /**
   * SQL that `run()` executes in the stream's schema after it has emptied the tables and before the first batch, in the
   * same transaction: what your job under test needs there. @default none
   */
  readonly reset?: string | readonly string[]
  /** Create tables that are missing. Always done on an embedded database. @default false */
  readonly createTables?: boolean
  /** Where the embedded database keeps its data; kept afterwards. @default a temporary folder, removed at the end */
  readonly dataDir?: string
  /** Milliseconds for which a lost connection, a deadlock or a restarting server is retried. @default 60000 */
  readonly retryFor?: number
  /**
   * Milliseconds after which a connection that answers nothing while a batch is written is given up for lost, and the
   * batch tried again: its other end may be gone without a word. @default 1860000
   */
  readonly answerWithin?: number
  /** Is told what happens, as it happens. */
  readonly observe?: (event: StreamEvent) => void
  /** Stops the stream: the batch in flight is finished, nothing further is begun. */
  readonly signal?: AbortSignal
}
