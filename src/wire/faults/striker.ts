import { setTimeout as delay } from 'node:timers/promises'
import type { Place, Treatment } from '../place.js'
import type { Farewell, SessionState, Wire } from '../wire.js'
import { type Fault, raisedMessages, connectionPlace } from './fault.js'
import { raisedError } from './raised-error.js'

interface Strike {
  readonly fault: Fault
  /** Milliseconds for which the job may go on after that; then all its sessions are cut. @default for ever */
  readonly patience?: number
}

interface Struck {
  readonly places: readonly Place[]
  /** Whether the job went on for longer than it may, so that all its sessions were cut. */
  readonly isOverdue: boolean
}

/** Breaks a job's connections at its places. Before the job sees that, the server is done with what is not committed. */
export class Striker {
  readonly #wire: Wire
  #run = new AbortController()
  #places: Place[] = []
  #pending: Promise<void>[] = []
  /** Sessions of which nothing is left. */
  #broken = new Set<number>()
  #isOverdue = false

  constructor(wire: Wire) {
    this.#wire = wire
  }

  /** Begins a conversation. @param atConnections What happens where connections begin, by the `id` of the place */
  begin(atConnections: ReadonlyMap<string, Strike>): void {
    this.#run = new AbortController()
    this.#places = []
    this.#isOverdue = false
    let attempts = 0
    if (atConnections.size === 0) return this.#wire.setGate(undefined)
    this.#wire.setGate(() => {
      const place = connectionPlace((attempts += 1))
      const strike = atConnections.get(place.id)
      return strike && this.#refuse(place, strike)
    })
  }

  /** Does at a place what is done before its statement. What it resolves to is done with the statement. */
  async strike(place: Place, { fault, patience }: Strike): Promise<Treatment | void> {
    this.#places.push(place)
    void this.#bound(patience)
    const here = ({ number }: SessionState): boolean => number === place.session
    switch (fault.kind) {
      case 'cut-before':
      case 'commit-undone':
        await this.#break(here)
        return this.#wire.cut(here)
      case 'cut-after':
      case 'commit-done':
        return lostAnswer(place, () => this.#pending.push(this.#break(here).then(() => this.#wire.cut(here))))
      case 'half-open':
        return this.#break(here)
      case 'restart':
        this.#wire.setGate(startingServer(fault.restartFor))
        await this.#break(() => true)
        return this.#wire.cut(({ number }) => this.#broken.has(number), SHUT_DOWN)
      case 'late':
        return lateAnswer(() => this.#late(place.session, fault.lateBy))
      default:
        return raisedError(place, fault.kind)
    }
  }

  /** Ends the conversation: what was broken is cut, so that the next one finds nothing of it. */
  async end(): Promise<Struck> {
    this.#wire.setGate(undefined)
    this.#run.abort()
    await Promise.all(this.#pending.splice(0))
    const broken = this.#broken
    this.#broken = new Set()
    this.#wire.cut(({ number }) => broken.has(number))
    return { places: this.#places, isOverdue: this.#isOverdue }
  }

  #refuse(place: Place, { patience }: Strike): Farewell {
    this.#places.push(place)
    void this.#bound(patience)
    return { code: '53300', message: raisedMessages['53300'] }
  }

  async #break(which: (session: SessionState) => boolean): Promise<void> {
    for (const session of this.#wire.sessions()) if (which(session)) this.#broken.add(session.number)
    await this.#wire.hangUp(which)
  }

  async #late(session: number, milliseconds: number): Promise<void> {
    this.#broken.add(session)
    if (await this.#passed(milliseconds)) this.#broken.delete(session)
  }

  /** A thread that waits for its job cannot bound it. */
  async #bound(patience: number | undefined): Promise<void> {
    if (patience === undefined || !(await this.#passed(patience))) return
    this.#isOverdue = true
    this.#wire.cut()
  }

  /** Whether so much time has passed, and the conversation goes on. */
  #passed(milliseconds: number): Promise<boolean> {
    return delay(milliseconds, true, { signal: this.#run.signal }).catch(() => false)
  }
}

/** The error of sessions that end because the server does. */
const SHUT_DOWN: Farewell = { code: '57P01', message: 'terminating connection due to administrator command' }

const STARTING: Farewell = { code: '57P03', message: 'the database system is starting up' }

/** A server that was shut down and starts again: the first who comes is refused, and all who come so many milliseconds after him. */
function startingServer(restartFor: number): () => Farewell | undefined {
  let first: number | undefined
  return () => {
    const isFirst = first === undefined
    first ??= performance.now()
    return isFirst || performance.now() - first < restartFor ? STARTING : undefined
  }
}

/** A server that has asked for rows gets them. */
const ASKS: ReadonlySet<string> = new Set('GW')

/** With these a statement is done, or the group that it is of. */
const DONE: ReadonlySet<string> = new Set('CIsEZ')

/** Keeps back what is answered to a statement; then calls `lose`. */
function lostAnswer({ protocol }: Place, lose: () => void): Treatment {
  let isLost = false
  return {
    onAnswer: ({ type }, isLast) => {
      if (isLast && !isLost && (protocol === 'parse' || DONE.has(type))) {
        isLost = true
        lose()
      }
      return ASKS.has(type) ? undefined : []
    },
  }
}

/** Keeps back what is answered to a statement, until `wait` resolves. */
function lateAnswer(wait: () => Promise<void>): Treatment {
  let isWaited = false
  return {
    onAnswer: ({ bytes }) => {
      if (isWaited) return undefined
      isWaited = true
      return wait().then(() => [bytes])
    },
  }
}
