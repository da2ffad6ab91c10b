import { Random } from '../../tables/random.js'
import type { Apportionment, Demand } from './apportionment.js'

/** The window of the script that this package replaces: one or two UPDATEs and DELETEs in every 800 changes. */
const WINDOW = 800

/** The most UPDATEs and DELETEs of a window together. */
const MOST = 4

/** How a table stands to the others; a DELETE of a parent's row takes the child's row with it. */
export interface Kinship {
  readonly parent: boolean
  readonly child: boolean
  /** Whether UPDATEs can come to it. */
  readonly isUpdated: boolean
}

interface Slot {
  readonly batch: number
  readonly table: number
  readonly kind: 'updates' | 'deletes'
}

/**
 * The default mix: the changes 800i + 1 … 800i + 800, over all tables and across batches, hold one or two UPDATEs and
 * one or two DELETEs. As a batch sends its DELETEs and UPDATEs first, a window uses batches that begin in it; where
 * batches are longer than windows there are not enough of these, and the rule holds for the changes as planned.
 */
export class WindowApportionment implements Apportionment {
  /** A window holds two at most. */
  readonly together = 2
  readonly #random: Random
  readonly #tables: readonly Kinship[]
  readonly #changesPerBatch: number
  readonly #wholeBatches: boolean
  #window = -1
  #slots: readonly Slot[] = []

  /** @param wholeBatches UPDATEs and DELETEs may come last in a batch: use batches that end in the window as well. */
  constructor(seed: number, tables: readonly Kinship[], batchSize: number, wholeBatches = false) {
    this.#random = new Random(seed, 'window')
    this.#tables = tables
    this.#changesPerBatch = batchSize * tables.length
    this.#wholeBatches = wholeBatches
  }

  demand(index: number): Demand[] {
    const demand = this.#tables.map(() => ({ updates: 0, deletes: 0, room: 1 }))
    const start = index * this.#changesPerBatch
    const last = Math.floor((start + this.#changesPerBatch - 1) / WINDOW)
    for (let window = Math.floor(start / WINDOW); window <= last; window++) {
      for (const slot of this.#slotsOf(window)) {
        if (slot.batch !== index) continue
        demand[slot.table]![slot.kind] += 1
        if (slot.kind === 'deletes') demand[slot.table]!.room += 1
      }
    }
    return demand
  }

  record(): void {}

  #slotsOf(window: number): readonly Slot[] {
    if (window === this.#window) return this.#slots
    this.#window = window
    this.#random.at(window)
    const wanted = [...this.#drawUpdates(), ...this.#drawDeletes()]
    const turn = this.#random.below(wanted.length)
    this.#slots = wanted.map((slot, index) => {
      const place = (index + turn) % wanted.length
      return { ...slot, batch: this.#drawBatch(window, place, wanted.length) }
    })
    return this.#slots
  }

  #drawUpdates(): Omit<Slot, 'batch'>[] {
    const updated = this.#tables.flatMap(({ isUpdated }, table) => (isUpdated ? [table] : []))
    const tables = updated.length
    if (tables === 0) return []
    const first = this.#random.below(tables)
    const twice = this.#random.below(2) === 1
    const other = tables === 1 ? first : (first + 1 + this.#random.below(tables - 1)) % tables
    return (twice ? [first, other] : [first]).map((place) => ({ table: updated[place]!, kind: 'updates' }))
  }

  #drawDeletes(): Omit<Slot, 'batch'>[] {
    const table = this.#random.below(this.#tables.length)
    const twice = this.#random.below(2) === 1
    const { parent, child } = this.#tables[table]!
    const slot = { table, kind: 'deletes' } as const
    return twice && !parent && !child ? [slot, slot] : [slot]
  }

  /** Spreads the changes of a window over its batches, so that small batches need not hold several of them. */
  #drawBatch(window: number, place: number, places: number): number {
    const start = window * WINDOW
    let first = Math.ceil(start / this.#changesPerBatch)
    const last = this.#wholeBatches
      ? Math.floor((start + WINDOW) / this.#changesPerBatch) - 1
      : Math.floor((start + WINDOW - MOST) / this.#changesPerBatch)
    // The first batch finds no rows in empty tables.
    if (first === 0 && last > 0) first = 1
    if (first > last) return Math.floor((start + this.#random.below(WINDOW)) / this.#changesPerBatch)
    const batches = last - first + 1
    const from = Math.floor((batches * place) / places)
    const to = Math.max(from + 1, Math.floor((batches * (place + 1)) / places))
    return first + from + this.#random.below(to - from)
  }
}
