import { stripVTControlCharacters } from 'node:util'
import type { Redact } from '../database/connection/redact.js'

/** A connection string: nobody needs one in a report, with or without its password. */
const CONNECTION = /\b(postgres(?:ql)?):\/\/[^\s'"`<>]+/gi

/** Takes passwords, connection strings and terminal codes out of all texts of plain values. */
export function withoutSecrets<T>(facts: T, redact: Redact): T {
  const clean = (text: string): string => redact(stripVTControlCharacters(text)).replaceAll(CONNECTION, '$1://***')
  return cleanTexts(facts, clean) as T
}

function cleanTexts(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value)
  if (Array.isArray(value)) return value.map((item) => cleanTexts(item, clean))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cleanTexts(item, clean)]))
}
