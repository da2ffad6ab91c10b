import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectionOptions } from '../target/connection.js'
import { openWire } from '../wire/open-wire.js'
import type { Place, PlaceHook } from '../wire/place.js'
import type { Wire, WireOptions } from '../wire/wire.js'
import type { WireStats } from '../wire/wire-stats.js'
import type { Driver } from './driver.js'
import type { Treatment } from '../wire/treatment.js'
import type { Aim, Deed, Passage, Scene, Watching } from './scene.js'
import { StageWatch } from './stage-watch.js'

/** A job's wire, on the thread that makes the commits: at its places, some are made. */
export interface Stage {
  /** What the job connects with. */
  readonly connection: ConnectionOptions
  /** Ends the sessions that the job has left in a transaction; others stay. */
  settle(): Promise<void>
  /** Begins a new conversation. */
  begin(driver: Driver | undefined, aims: readonly Aim[], watching?: Watching): Promise<void>
  /** What went over it since then. */
  stats(): Promise<WireStats>
  /** What was said since then. Waits for the commits that the job held up. */
  end(): Promise<Scene>
  close(): Promise<void>
}

/** How a wire is opened: what can be told to another thread. */
export type StageOptions = Pick<WireOptions, 'connection' | 'listen'>

/** Milliseconds for which a commit is waited for; then the job is taken to hold what it needs. */
const BLOCKED_AFTER = 1_000

/** A stage on the thread that opened it. */
export class LocalStage implements Stage {
  readonly #wire: Wire
  #passages: Passage[] = []
  #pending: Promise<unknown>[] = []
  readonly #watch: StageWatch

  private constructor(wire: Wire) {
    this.#wire = wire
    this.#watch = new StageWatch(wire)
  }

  static async open(options: StageOptions): Promise<LocalStage> {
    return new LocalStage(await openWire(options))
  }

  get connection(): ConnectionOptions {
    return this.#wire.connection
  }

  async begin(driver: Pick<Driver, 'step'> | undefined, aims: readonly Aim[], watching?: Watching): Promise<void> {
    this.#passages = []
    const deeds = new Map(aims.map(({ place, deed }) => [place, deed]))
    this.#wire.restart()
    const act: PlaceHook = (place, code) => {
      const deed = deeds.get(place.id)
      return deed && this.#act(deed, place, code, driver)
    }
    this.#wire.setHook(watching ? this.#watch.begin(act, watching) : act)
  }

  async settle(): Promise<void> {
    this.#cutOpenTransactions()
  }

  async stats(): Promise<WireStats> {
    return this.#wire.stats()
  }

  async end(): Promise<Scene> {
    const [places, stats] = [this.#wire.places(), this.#wire.stats()]
    this.#wire.setHook(undefined)
    // What the job left open holds up a commit for ever.
    if (this.#pending.length > 0) this.#cutOpenTransactions()
    await Promise.all(this.#pending.splice(0))
    const { watched, damaged } = this.#watch.end()
    const damages = damaged.map((place): Passage => ({ place, outcome: 'made' }))
    return { places, stats, passages: [...this.#passages, ...damages], ...(watched && { watched }) }
  }

  async close(): Promise<void> {
    this.#watch.end()
    await this.#wire.close()
  }

  #act(
    deed: Deed,
    place: Place,
    code: string,
    driver: Pick<Driver, 'step'> | undefined,
  ): Promise<Treatment | void> | undefined {
    switch (deed.done) {
      case 'commit':
        return driver && this.#commit(driver, place, deed.commits)
      case 'damage':
        return this.#damage(deed, place, code, driver)
    }
  }

  async #damage(
    { damage, commits = 0 }: Extract<Deed, { done: 'damage' }>,
    place: Place,
    code: string,
    driver: Pick<Driver, 'step'> | undefined,
  ): Promise<Treatment | undefined> {
    if (driver && commits > 0) await this.#commit(driver, place, commits)
    return this.#watch.treat(damage, place, code)
  }

  async #commit(driver: Pick<Driver, 'step'>, place: Place, commits: number): Promise<void> {
    const made = driver.step(commits).then(
      () => undefined,
      (error: unknown) => (error as Error).message,
    )
    const patience = new AbortController()
    const late = delay(BLOCKED_AFTER, BLOCKED, { signal: patience.signal }).catch(() => BLOCKED)
    const error = await Promise.race([made, late])
    patience.abort()
    if (error === BLOCKED) this.#pending.push(made)
    this.#passages.push({
      place,
      outcome: error === BLOCKED ? 'blocked' : 'made',
      ...(error !== BLOCKED && error !== undefined && { error }),
    })
  }

  #cutOpenTransactions(): void {
    this.#wire.cut(({ transaction }) => transaction !== 'none')
  }
}

const BLOCKED = 'blocked'
