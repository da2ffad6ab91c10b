import type { Redact } from '../../database/connection/redact.js'

/** One line for the log file and the console, before it is stamped. */
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

/** Makes a text fit to be shown as a line, or in one. */
export type Clean = (text: string) => string

/**
 * What keeps secrets from a line. Texts hold what servers said and what was typed: neither their line breaks nor their
 * terminal codes are to reach a line of ours.
 */
export function textCleaner(redact: Redact): Clean {
  // oxlint-disable-next-line no-control-regex
  return (text) => redact(text).replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
}

/** The same for texts of several lines. */
export function linesCleaner(redact: Redact): Clean {
  const clean = textCleaner(redact)
  return (text) => text.split('\n').map(clean).join('\n')
}
