import type { Socket } from 'node:net'
import type { Place } from '../place.js'
import type { Treatment } from '../treatment.js'
import type { WireSession } from './wire-session.js'
import type { Farewell } from '../wire.js'
import type { WireTally } from './wire-tally.js'

/** What a session needs of its wire. */
export interface SessionHost {
  readonly tally: WireTally
  /** Whether something may be done at a place. */
  readonly holds: boolean
  readonly showsParameters: boolean
  /** The test's schema. */
  readonly schema: string
  connect(): Promise<Socket>
  /** What somebody who wants to log in is told, if he may not. */
  refusal(): Farewell | undefined
  nextNumber(): number
  /** A session has begun. Returns what is to be called at its end. */
  begun(session: WireSession): () => void
  /** Undefined if the place has no name. */
  enter(digest: string, place: Omit<Place, 'id' | 'number' | 'occurrence'>): Place | undefined
  /** Does what is to be done before the place. */
  hold(place: Place, code: string): Promise<Treatment | void> | undefined
  /** The session that has this secret. */
  find(secret: Buffer): WireSession | undefined
}
