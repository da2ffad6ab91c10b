import type { Place } from '../place.js'

/** A conversation has no more: what comes after has no name. */
const MOST_PLACES = 100_000

/** Gives the places of a conversation their numbers and occurrences, over all its sessions. */
export class PlaceBook {
  readonly #occurrences = new Map<string, number>()
  readonly #places: Place[] = []

  get places(): readonly Place[] {
    return this.#places
  }

  /** Undefined when the book is full. */
  enter(digest: string, place: Omit<Place, 'id' | 'number' | 'occurrence'>): Place | undefined {
    if (this.#places.length === MOST_PLACES) return undefined
    const occurrence = (this.#occurrences.get(digest) ?? 0) + 1
    this.#occurrences.set(digest, occurrence)
    const entered = { ...place, id: `${digest}.${occurrence}`, number: this.#places.length + 1, occurrence }
    this.#places.push(entered)
    return entered
  }
}
