/** As precise as reports are. */
export function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const precise = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

/** `1,234` */
export function count(value: number): string {
  return whole.format(value)
}

/** Milliseconds as `0.42 ms`, `35 ms`, `1.24 s` or `12 min`; null as a dash. */
export function duration(milliseconds: number | null): string {
  if (milliseconds === null) return '–'
  if (milliseconds < 1000) return `${precise.format(milliseconds)} ms`
  if (milliseconds < 120_000) return `${precise.format(milliseconds / 1000)} s`
  const minutes = Math.round(milliseconds / 60_000)
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `2026-11-23 14:05:09.250 UTC` */
export function timeOfDay(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', ' UTC')
}
