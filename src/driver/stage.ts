import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { Striker } from '../wire/faults/striker.js'
import { openWire } from '../wire/session/open-wire.js'
import type { Place, PlaceHook, Treatment } from '../wire/place.js'
import type { Wire, WireOptions, WireStats } from '../wire/wire.js'
import type { Driver } from './driver.js'
import { Monitor } from '../writer/monitor.js'
import type { Aim, Deed, Passage, Scene, Watching } from './scene.js'
import { StageWatch } from './stage-watch.js'

/** A job's wire, on the thread that makes the commits: at its places, some are made. */
export interface Stage {
  /** What the job connects with. */
  readonly connection: ConnectionOptions
  /** Ends the sessions that the job has left in a transaction; others stay. */
  settle(): Promise<void>
  begin(driver: Driver | undefined, aims: readonly Aim[], watching?: Watching): Promise<void>
  /** What went over it since then. */
  stats(): Promise<WireStats>
  /** What was said since then. Waits for the commits that the job held up. */
  end(): Promise<Scene>
  close(): Promise<void>
}

/** How a wire is opened: what can be sent to another thread. */
export type StageOptions = Pick<WireOptions, 'connection' | 'listen'>

interface CommitMaker extends Pick<Driver, 'step'> {
  /** The server processes that it writes with; none where that is not known. */
  readonly backends?: readonly number[]
}

/** Milliseconds for which a commit is waited for where nobody tells for whom it waits: then the job is taken to hold what it needs. */
const PATIENCE = 1_000

/** A stage on the thread that opened it. */
export class LocalStage implements Stage {
  readonly #wire: Wire
  readonly #locks: Monitor
  readonly #patience: number
  /** The server processes whose statements are held. */
  readonly #held = new Set<number>()
  readonly #striker: Striker
  #passages: Passage[] = []
  /** Commits that the job holds up. Each resolves with what came to pass. */
  #pending: Promise<Passage>[] = []
  readonly #watch: StageWatch

  private constructor(wire: Wire, locks: Monitor, patience: number) {
    this.#wire = wire
    this.#locks = locks
    this.#patience = patience
    this.#striker = new Striker(wire)
    this.#watch = new StageWatch(wire)
  }

  /** @param patience milliseconds for a commit of which the server does not tell for whom it waits */
  static async open(options: StageOptions, { patience = PATIENCE } = {}): Promise<LocalStage> {
    return new LocalStage(await openWire(options), new Monitor(options.connection), patience)
  }

  get connection(): ConnectionOptions {
    return this.#wire.connection
  }

  async begin(driver: CommitMaker | undefined, aims: readonly Aim[], watching?: Watching): Promise<void> {
    this.#passages = []
    const deeds = new Map(aims.map(({ place, deed }) => [place, deed]))
    this.#wire.restart()
    this.#striker.begin(new Map(aims.flatMap(({ place, deed }) => (deed.done === 'strike' ? [[place, deed]] : []))))
    const act: PlaceHook = (place, code) => {
      const deed = deeds.get(place.id)
      return deed && this.#act(deed, place, code, driver)
    }
    this.#wire.setHook(watching ? this.#watch.begin(act, watching) : act)
  }

  async settle(): Promise<void> {
    this.#wire.cut(({ transaction }) => transaction !== 'none')
  }

  async stats(): Promise<WireStats> {
    return this.#wire.stats()
  }

  async end(): Promise<Scene> {
    const [places, stats] = [this.#wire.places(), this.#wire.stats()]
    this.#wire.setHook(undefined)
    // What the job left open holds up a commit for ever.
    if (this.#pending.length > 0) await this.settle()
    const late = await Promise.all(this.#pending.splice(0))
    const struck = await this.#striker.end()
    const outcome = struck.isOverdue ? 'overdue' : 'struck'
    const strikes = struck.places.map((place): Passage => ({ place, outcome }))
    const { watched, damaged } = this.#watch.end()
    const damages = damaged.map((place): Passage => ({ place, outcome: 'made' }))
    const passages = [...this.#passages, ...late, ...strikes, ...damages]
    return { places, stats, passages, watched }
  }

  async close(): Promise<void> {
    this.#watch.end()
    await this.#wire.close()
    await this.#locks.close()
  }

  #act(deed: Deed, place: Place, code: string, driver: CommitMaker | undefined): Promise<Treatment | void> | undefined {
    switch (deed.done) {
      case 'commit':
        return driver && this.#commit(driver, place, deed.commits)
      case 'strike':
        return this.#striker.strike(place, deed)
      case 'damage':
        return this.#damage(deed, place, code, driver)
    }
  }

  async #damage(
    { damage, commits = 0 }: Extract<Deed, { done: 'damage' }>,
    place: Place,
    code: string,
    driver: CommitMaker | undefined,
  ): Promise<Treatment | undefined> {
    if (driver && commits > 0) await this.#commit(driver, place, commits)
    return this.#watch.treat(damage, place, code)
  }

  async #commit(driver: CommitMaker, place: Place, commits: number): Promise<void> {
    const made = driver.step(commits).then(
      () => ({}),
      (error: unknown) => ({ error: (error as Error).message }),
    )
    const over = new AbortController()
    this.#held.add(place.backend)
    const passed = await Promise.race([
      made,
      this.#locks.untilWaiting(() => driver.backends ?? [], this.#held, over.signal),
      delay(this.#patience, undefined, { signal: over.signal }).catch(() => {}),
    ])
    this.#held.delete(place.backend)
    over.abort()
    if (passed) this.#passages.push({ place, outcome: 'made', ...passed })
    else this.#pending.push(made.then((late) => ({ place, outcome: 'blocked', ...late })))
  }
}
