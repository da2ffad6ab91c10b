import type { ConnectionOptions } from '../target/connection.js'
import type { Place } from './place.js'
import type { WireStats } from './wire-stats.js'
import type { SessionState } from './wire.js'

/** What a wire on another thread is asked. `Deed` names what is to be done at a place: a value that can be cloned. */
export interface RemoteCalls<Deed> {
  places(): readonly Place[]
  stats(): WireStats
  restart(): void
  sessions(): readonly SessionState[]
  /** Cuts the sessions of these numbers, or all. */
  cut(sessions?: readonly number[]): void
  /** What is done from now on, by the ids of places; undefined also ceases to hold, and to separate pipelines. */
  atPlaces(deeds: ReadonlyMap<string, Deed> | undefined): void
  close(): void
}

/** A question to the wire's thread. */
export type Request<Deed> = {
  [Method in keyof RemoteCalls<Deed>]: {
    readonly call: number
    readonly method: Method
    readonly args: Parameters<RemoteCalls<Deed>[Method]>
  }
}[keyof RemoteCalls<Deed>]

/** What the wire's thread says: first where it listens, then the answers. */
export type Reply =
  | { readonly type: 'open'; readonly connection: ConnectionOptions }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'result'; readonly call: number; readonly value: unknown }
