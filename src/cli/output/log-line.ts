import type { Redact } from '../../database/connection/redact.js'
import type { ChangeCounts } from '../../ledger/change.js'

export interface LogLine {
  readonly level: 'info' | 'warning' | 'error'
  readonly message: string
}

export function info(message: string): LogLine {
  return { level: 'info', message }
}

export function warning(message: string): LogLine {
  return { level: 'warning', message }
}

export function failure(message: string): LogLine {
  return { level: 'error', message }
}

export type Clean = (text: string) => string

/**
 * What keeps secrets from a line. Texts hold what servers said and what was typed: neither their line breaks nor their
 * terminal codes are to reach a line of ours.
 */
export function textCleaner(redact: Redact): Clean {
  // oxlint-disable-next-line no-control-regex
  return (text) => redact(text).replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
}

export function linesCleaner(redact: Redact): Clean {
  const clean = textCleaner(redact)
  return (text) => text.split('\n').map(clean).join('\n')
}

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
