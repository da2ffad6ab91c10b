import type { ConnectionOptions } from '../database/connection/connection.js'
import type { Place, PlaceHook } from './place.js'

/*
 * The wire: a server on this machine that a job connects to in place of its database. What passes is byte for byte what both sides
 * say, with two exceptions: a request for encryption is answered with N, and an offer of channel binding is left out. It has
 * to run on a thread that is free while the job runs.
 *
 *   await using wire = await openWire({ connection, onPlace: (place) => (place.number === 3 ? stream.step(1) : undefined) })
 *   await job(wire.connection)
 *   wire.places()                                              // what the job said, statement by statement
 *
 * `onPlace` is asked before each statement, after the server has answered all that the session sent before; statements that are
 * sent together (a pipeline) are separated by a Flush for that. Without it nothing is held and nothing is added.
 */

/** How a wire is opened. */
export interface WireOptions {
  /** The job's database. `sslmode` says how the wire's connections to it are encrypted. */
  readonly connection: ConnectionOptions
  /** Where the wire listens. A job in a container needs more than this machine: `{ host: '0.0.0.0' }`. @default 127.0.0.1 and a free port */
  readonly listen?: { readonly host?: string; readonly port?: number }
  /** Asked at each place; awaited before the statement goes on. A rejection ends the session. */
  readonly onPlace?: PlaceHook
  /** Milliseconds for which a statement may be held. Then its session is ended. @default 60000 */
  readonly holdFor?: number
  /** Milliseconds to connect to the server. @default 10000 */
  readonly connectWithin?: number
  /** Whether places have the parameters of their statements, cut short. @default false */
  readonly parameters?: boolean
  /** Closes the wire. */
  readonly signal?: AbortSignal
}

/** The error that a client receives as its connection ends. */
export interface Farewell {
  /** The SQLSTATE. */
  readonly code: string
  readonly message: string
}

/** A session of the job. */
export interface SessionState {
  /** 1 for the first of the wire. */
  readonly number: number
  /** The process number of the server's backend; 0 while nobody has logged in. */
  readonly backend: number
  readonly transaction: Place['transaction']
  /** The place that is held, or whose statement the server has still to answer; undefined for an idle session. */
  readonly place: Place | undefined
}

/** What went over a wire. */
export interface WireStats {
  /** Sessions that were begun. */
  readonly sessions: number
  /** Statements that were done. */
  readonly statements: number
  /** Rows that these read or wrote, as the server counts them. */
  readonly rows: number
  /** Transactions that ended, those of single statements too. */
  readonly transactions: number
  /** Errors that the server reported. */
  readonly errors: number
  /** Bytes that the job sent and received. */
  readonly bytes: { readonly sent: number; readonly received: number }
  /** Statements that were cancelled by a request, or tried to be. */
  readonly cancelRequests: number
  /** When the first statement came, in milliseconds since 1970; undefined before it. */
  readonly first: number | undefined
  /** When the last statement was answered. */
  readonly last: number | undefined
  /** What went past unseen, or could not go on: one line each. */
  readonly notes: readonly string[]
}

/** A wire that listens. */
export interface Wire extends AsyncDisposable {
  /** What the job connects with: the wire's host and port, not encrypted. */
  readonly connection: ConnectionOptions
  /** Takes the place of `onPlace`; a place that is held already goes on as it was. */
  setHook(onPlace: PlaceHook | undefined): void
  /** The places since the wire was opened, or since `restart()`. */
  places(): readonly Place[]
  /** What went over it since then. */
  stats(): WireStats
  /** Begins a new conversation: places, occurrences and figures count anew. Sessions stay. */
  restart(): void
  /** The sessions that are open. */
  sessions(): readonly SessionState[]
  /** Asks the server to cancel what the sessions do. Resolves when it was asked. */
  cancel(): Promise<void>
  /** Cuts the sessions, or those for which `which` is true; with a farewell, they receive it as a server's last error. */
  cut(which?: (session: SessionState) => boolean, farewell?: Farewell): void
  /**
   * Ends sessions at the server, with all that they have not committed, and resolves when their backends are gone. The job hears
   * nothing: its connections stay open and silent until they are cut.
   */
  hangUp(which?: (session: SessionState) => boolean): Promise<void>
  /** Asked when somebody wants to log in: who gets a farewell goes no further. */
  setGate(gate: (() => Farewell | undefined) | undefined): void
  /** Stops to listen, cuts all sessions, and resolves when no socket is left. What is held does not go on. */
  close(): Promise<void>
}
