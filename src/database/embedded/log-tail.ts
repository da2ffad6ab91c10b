import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { oneLine } from '../one-line.js'

export interface LogTail {
  readonly lines: readonly string[]
  /** Resolves when a later line contains `text`. */
  until(text: string): Promise<undefined>
  readonly ended: Promise<void>
  /** The very last lines, on one. */
  summary(): string
}

/** Time and process. */
const PREFIX = /^[\d-]+ [\d:.]+ \w+ \[\d+\] /

/** Keeps the last lines that a stream brings. */
export function logTail(stream: Readable, limit = 50): LogTail {
  const lines: string[] = []
  const reader = createInterface({ input: stream }).on('line', (line) => {
    lines.push(line)
    if (lines.length > limit) lines.shift()
  })
  return {
    lines,
    ended: new Promise((resolve) => reader.on('close', resolve)),
    until: (text) =>
      new Promise((resolve) => {
        reader.on('line', (line) => {
          if (line.includes(text)) resolve(undefined)
        })
      }),
    summary: () =>
      oneLine(
        lines
          .slice(-4)
          .map((line) => line.replace(PREFIX, ''))
          .join('; '),
      ),
  }
}
