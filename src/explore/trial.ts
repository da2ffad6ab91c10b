import type { Aim, Deed, Scene } from '../driver/scene.js'
import { type Fault, type FaultKind, connectionPlace, faultsAt } from '../wire/faults/fault.js'
import type { Place } from '../wire/place.js'

/** One run of a job: what is done at which of its places. */
export type Trial = readonly { readonly place: Place; readonly deed: Deed }[]

/** A commit, or several, at each place alone; then at all pairs of places. */
export function commitTrials(places: readonly Place[], commits: number, pairs: boolean): readonly Trial[] {
  const here = places.map((place) => ({ place, deed: { done: 'commit', commits } as const }))
  const alone = here.map((each) => [each])
  if (!pairs) return alone
  return [...alone, ...here.flatMap((first, index) => here.slice(index + 1).map((second) => [first, second]))]
}

/** Each kind of fault at each place where it means something. */
export function strikeTrials(
  { places, stats }: Scene,
  wanted: readonly FaultKind[],
  fault: Omit<Fault, 'kind'>,
): readonly Trial[] {
  const connections = Array.from({ length: stats.sessions }, (_, index) => connectionPlace(index + 1))
  return [...connections, ...places].flatMap((place) =>
    faultsAt(place, wanted).map((kind): Trial => [{ place, deed: { done: 'strike', fault: { ...fault, kind } } }]),
  )
}

/** What a token calls it. */
export function deedName(deed: Deed): string {
  return deed.done === 'strike' ? deed.fault.kind : deed.done
}

/** @param patience Milliseconds for which the job may go on after something broke */
export function aimsOf(trial: Trial, patience: number): readonly Aim[] {
  return trial.map(({ place, deed }) => ({
    place: place.id,
    deed: deed.done === 'strike' ? { ...deed, patience } : deed,
  }))
}

/** A list in an order in which the first ones of it, however many, are spread over all of it. */
export function spread<T>(list: readonly T[]): readonly T[] {
  const golden = (index: number): number => (index * GOLDEN_RATIO) % 1
  return list
    .map((each, index) => ({ each, index }))
    .toSorted((a, b) => golden(a.index) - golden(b.index))
    .map(({ each }) => each)
}

const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2

/** So many of a list, with the same distance between them; the first and the last one among them. */
export function evenly<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list
  if (most === 1) return list.slice(0, 1)
  return Array.from({ length: most }, (_, index) => list[Math.round((index * (list.length - 1)) / (most - 1))]!)
}
