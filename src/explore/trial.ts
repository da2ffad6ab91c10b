import type { Aim, Deed } from '../stream/scene.js'
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

export function aimsOf(trial: Trial): readonly Aim[] {
  return trial.map(({ place, deed }) => ({ place: place.id, deed }))
}

/** So many of a list, with the same distance between them; the first and the last one among them. */
export function evenly<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list
  if (most === 1) return list.slice(0, 1)
  return Array.from({ length: most }, (_, index) => list[Math.round((index * (list.length - 1)) / (most - 1))]!)
}
