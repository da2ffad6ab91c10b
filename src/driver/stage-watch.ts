import { setTimeout as delay } from 'node:timers/promises'
import { StateError } from '../errors.js'
import type { KeptAnswer } from '../wire/damage/answer-log.js'
import type { Damage, Treated } from '../wire/damage/damage.js'
import { treat } from '../wire/damage/treat.js'
import type { Place, PlaceHook, Treatment } from '../wire/place.js'
import { Watch } from '../wire/watch/watch.js'
import type { Wire } from '../wire/wire.js'
import type { Watched, Watching } from './scene.js'

/** Milliseconds from a cancel to the cut of the sessions. */
const GRACE = 1_000

/** Watches a job's conversations, keeps how one of them went, and damages others. */
export class StageWatch {
  readonly #wire: Pick<Wire, 'cancel' | 'cut' | 'setHook'>
  readonly #types = new Map<string, readonly number[]>()
  #answers: ReadonlyMap<string, KeptAnswer> = new Map()
  #watch: Watch | undefined
  #records = false
  readonly #treated: { readonly place: Place; readonly treated: Treated }[] = []
  #isOverdue = false
  #patience: AbortController | undefined

  constructor(wire: Pick<Wire, 'cancel' | 'cut' | 'setHook'>) {
    this.#wire = wire
  }

  /** Begins a conversation. Returns what is asked at its places in the stead of `act`. */
  begin(act: PlaceHook, { records = false, patience }: Watching): PlaceHook {
    const watch = new Watch(records, this.#types)
    this.#watch = watch
    this.#records = records
    this.#isOverdue = false
    if (patience !== undefined) {
      const bound = new AbortController()
      this.#patience = bound
      void this.#bound(patience, bound.signal)
    }
    return async (place, code) => watch.around(place, code, (await act(place, code)) ?? {})
  }

  treat(damage: Damage, place: Place, code: string): Treatment | undefined {
    const known = { code, answer: this.#answers.get(place.id), types: this.#types.get(code) ?? [] }
    const treated = treat(damage, known)
    if (treated) this.#treated.push({ place, treated })
    return treated?.treatment
  }

  /** What was seen of the conversation, if it was watched, and the places at which a damage was done. */
  end(): { readonly watched: Watched | undefined; readonly damaged: readonly Place[] } {
    const watch = this.#watch
    this.#watch = undefined
    this.#patience?.abort()
    const damaged = this.#treated.splice(0).flatMap(({ place, treated }) => (treated.isDone() ? [place] : []))
    if (!watch) return { watched: undefined, damaged }
    if (this.#records) this.#answers = watch.answers()
    return {
      watched: { received: watch.received(), statements: watch.statements(), isOverdue: this.#isOverdue },
      damaged,
    }
  }

  async #bound(patience: number, signal: AbortSignal): Promise<void> {
    try {
      await delay(patience, undefined, { signal })
      this.#isOverdue = true
      this.#wire.setHook(async () => {
        throw new StateError(`Expected the job to end in ${Math.round(patience)} ms, got one that goes on.`)
      })
      await this.#wire.cancel()
      await delay(GRACE, undefined, { signal })
      this.#wire.cut()
    } catch {
      // It has ended.
    }
  }
}
