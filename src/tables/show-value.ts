import { inspect } from 'node:util'

/** A value of any kind, for a message: on one line, and cut where it is long. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' ? value : inspect(value, { breakLength: Infinity, depth: 1 })
  const line = text.replaceAll(/\s+/g, ' ')
  return `\`${line.length > 80 ? `${line.slice(0, 79)}…` : line}\``
}
