import type { Socket } from 'node:net'
import type { Place, Treatment } from '../place.js'
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
  /** Whether something may be done at a place. */
  readonly holds: boolean
  readonly showsParameters: boolean
  /** The test's schema. */
  readonly schema: string
  connect(): Promise<Socket>
  /** The error for somebody who wants to log in, if he may not. */
  refusal(): Farewell | undefined
  nextNumber(): number
  /** A session has begun. Returns what is to be called at its end. */
  begun(session: OpenSession): () => void
  /** Undefined if the place has no name. */
  enter(digest: string, place: Omit<Place, 'id' | 'number' | 'occurrence'>): Place | undefined
  /** Does what is to be done before the place. */
  hold(place: Place, code: string): Promise<Treatment | void> | undefined
  /** The session that has this secret. */
  find(secret: Buffer): OpenSession | undefined
}
