import type { Told } from '../wire/watch/received.js'
import { type Contents, differencesOf, type Restless, restlessOf } from './contents.js'

/** What a run has shown: what the job was told, and what the tables held afterwards. */
export interface Seen {
  readonly told: readonly Told[]
  readonly contents: Contents
}

/** What differs by itself, in two runs to which nothing was done. */
export interface Unrest {
  readonly columns: Restless
  /** Places where other bytes were told, and whether other kinds or counts were. */
  readonly places: ReadonlyMap<string, 'bytes' | 'all'>
  /** Whether there were places in one run that the other did not have. */
  readonly hasOtherPlaces: boolean
}

export function unrestOf(first: Seen, second: Seen): Unrest {
  const [one, other] = [jobOnly(first.told), jobOnly(second.told)]
  const places = new Map<string, 'bytes' | 'all'>()
  for (const [id, told] of one) {
    const again = other.get(id)
    if (again?.outline !== told.outline) places.set(id, 'all')
    else if (again.digest !== told.digest) places.set(id, 'bytes')
  }
  const hasOtherPlaces = [...other.keys()].some((id) => !one.has(id))
  return { columns: restlessOf(first.contents, second.contents), places, hasOtherPlaces }
}

/** Whether the job was told the same, but for what differs by itself. */
export function isToldSame(reference: Seen, seen: Seen, { places, hasOtherPlaces }: Unrest): boolean {
  const [one, other] = [jobOnly(reference.told), jobOnly(seen.told)]
  if (!hasOtherPlaces && [...other.keys()].some((id) => !one.has(id))) return false
  return [...one].every(([id, told]) => {
    const unrest = places.get(id)
    const now = other.get(id)
    if (unrest === 'all') return true
    return unrest === 'bytes' ? now?.outline === told.outline : now?.digest === told.digest
  })
}

/** What the tables held otherwise, in words. */
export function changes(reference: Seen, seen: Seen): string[] {
  return differencesOf(reference.contents, seen.contents)
}

/** A session that is begun anew asks more than one that was there. */
function jobOnly(told: readonly Told[]): Map<string, Told> {
  return new Map(told.filter(({ isHousekeeping }) => !isHousekeeping).map((each) => [each.place, each]))
}
