import type { Received } from '../wire/watch/watch.js'
import { type Contents, type Restless, restlessOf } from './contents.js'

/** What a run has shown: what the job received, and what the tables held afterwards. */
export interface Seen {
  readonly received: readonly Received[]
  readonly contents: Contents
}

/** What differs by itself, in two runs to which nothing was done. */
export interface Unrest {
  readonly columns: Restless
  /** Places at which other bytes came, and whether other kinds or counts did. */
  readonly places: ReadonlyMap<string, 'bytes' | 'all'>
  /** Whether there were places in one run that the other did not have. */
  readonly hasOtherPlaces: boolean
}

export function unrestOf(first: Seen, second: Seen): Unrest {
  const [one, other] = [jobOnly(first.received), jobOnly(second.received)]
  const places = new Map<string, 'bytes' | 'all'>()
  for (const [id, received] of one) {
    const again = other.get(id)
    if (again?.outline !== received.outline) places.set(id, 'all')
    else if (again.digest !== received.digest) places.set(id, 'bytes')
  }
  const hasOtherPlaces = [...other.keys()].some((id) => !one.has(id))
  return { columns: restlessOf(first.contents, second.contents), places, hasOtherPlaces }
}

/** Whether the job received the same, but for what differs by itself. */
export function isReceivedSame(reference: Seen, seen: Seen, { places, hasOtherPlaces }: Unrest): boolean {
  const [one, other] = [jobOnly(reference.received), jobOnly(seen.received)]
  if (!hasOtherPlaces && [...other.keys()].some((id) => !one.has(id))) return false
  return [...one].every(([id, received]) => {
    const unrest = places.get(id)
    const now = other.get(id)
    if (unrest === 'all') return true
    return unrest === 'bytes' ? now?.outline === received.outline : now?.digest === received.digest
  })
}

/** A session that is begun anew asks more than one that was there. */
function jobOnly(received: readonly Received[]): Map<string, Received> {
  return new Map(received.filter(({ isHousekeeping }) => !isHousekeeping).map((each) => [each.place, each]))
}
