import type { ChangeCounts } from '../../ledger/change.js'

/** `INSERT=398, UPDATE=1, DELETE=1` */
export function kindsText({ inserts, updates, deletes }: ChangeCounts): string {
  return `INSERT=${inserts}, UPDATE=${updates}, DELETE=${deletes}`
}

/** Milliseconds as `0.02 s`. */
export function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`
}

/** Milliseconds as `1 h 02 min`, `3 min 20 s` or `12 s`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  const pad = (value: number): string => String(value).padStart(2, '0')
  return minutes < 60
    ? `${minutes} min ${pad(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
}

/** `1 row`, `2 rows` */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
