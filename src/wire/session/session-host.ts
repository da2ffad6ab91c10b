import type { Socket } from 'node:net'
import type { Place, PlaceHook, Treatment } from '../place.js'
import type { Farewell, SessionState } from '../wire.js'
import type { WireTally } from './wire-tally.js'

/** A session that a wire has. */
export interface OpenSession extends SessionState {
  /** What a request has to say to cancel what the session does; undefined while nobody has logged in. */
  readonly secret: Buffer | undefined
  /** Resolves when nothing is held at a place. */
  released(): Promise<void>
  /** Cuts both connections. */
  cut(farewell?: Farewell): void
  /** Ends it at the server, and says nothing to the client. Resolves when the backend is gone. */
  hangUp(): Promise<void>
}

/** What a session needs of its wire. */
export interface SessionHost {
  readonly tally: WireTally
  /** What is done at places, if anything is. */
  readonly hook: PlaceHook | undefined
  /** Has the error for somebody who wants to log in, if he may not. */
  readonly gate: (() => Farewell | undefined) | undefined
  readonly showsParameters: boolean
  /** The test's schema. */
  readonly schema: string
  connect(): Promise<Socket>
  /** Returns the number of a session that has begun. */
  begun(session: OpenSession): number
  ended(session: OpenSession): void
  /** Does what is to be done before the place. */
  hold(place: Place, code: string): Promise<Treatment | void>
  /** Has what a session is at cancelled. Resolves when the server has taken that, or cannot be reached. */
  cancelBackend(secret: Buffer): Promise<void>
  /** The session that has this secret. */
  find(secret: Buffer): OpenSession | undefined
}
