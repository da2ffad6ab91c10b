import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'dotenv'
import type { ConnectionOptions } from './connection.js'

/** What a line of `.env` looks like, what came out of it, and whether that is what people expect. */
interface Line {
  /** What is written after the `=`. */
  readonly raw: string
  readonly value: string
  /** The quote around all of it, if there is one. */
  readonly quote: string | undefined
}

const TRAPS: readonly { readonly what: string; readonly holds: (line: Line) => boolean }[] = [
  {
    what: 'a `#` without quotes around the value, at which dotenv ends it',
    holds: ({ raw, quote }) => quote === undefined && raw.includes('#'),
  },
  {
    what: 'a quote that does not enclose the value, so that dotenv takes it for a part of it',
    holds: ({ value, quote }) => quote === undefined && /^['"`]|['"`]$/.test(value),
  },
  {
    what: String.raw`a backslash before a $ or a quote, which dotenv keeps`,
    holds: ({ value }) => /\\[$"'`]/.test(value),
  },
  {
    what: String.raw`a \n or \r in double quotes, of which dotenv makes the end of a line`,
    holds: ({ raw, quote }) => quote === '"' && /\\[nr]/.test(raw),
  },
  {
    what: 'a $ with a name, which dotenv does not replace by a variable',
    holds: ({ value }) => /\$(?:\w|\{\w|\()/.test(value),
  },
]

/**
 * Says of what was logged in with, and refused, whether its line in `.env` does not mean what it seems to. Never holds the
 * value. Undefined where the value came from elsewhere, or nothing is odd about its line.
 *
 * @param cwd the folder of the `.env`
 */
export function dotenvTrap(
  connection: Pick<ConnectionOptions, 'user' | 'password' | 'database'>,
  names: readonly ('user' | 'password' | 'database')[],
  cwd: string = process.cwd(),
): string | undefined {
  const text = readText(join(cwd, '.env'))
  if (text === undefined) return undefined
  const values = parse(text)
  for (const field of names) {
    const name = `CLOUDBERRY_${field.toUpperCase()}`
    const value = values[name]
    // An empty one counts as none.
    const isUsed = value !== undefined && process.env[name] === undefined && value === (connection[field] ?? '')
    const raw = isUsed ? rawValue(text, name) : undefined
    if (raw === undefined || value === undefined) continue
    const trap = TRAPS.find(({ holds }) => holds({ raw, value, quote: quoteOf(raw) }))
    if (!trap) continue
    const quote = raw.includes("'") && !/^'.*'$/.test(raw) ? '`' : "'"
    return `In .env, the line of ${name} has ${trap.what}: write it as it is, between ${quote} and ${quote}.`
  }
  return undefined
}

/** What the last line of a name holds after the `=`. */
function rawValue(text: string, name: string): string | undefined {
  const lines = text.matchAll(new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}(?:[ \\t]*=|:[ \\t])(.*)$`, 'gm'))
  return [...lines].at(-1)?.[1]?.trim()
}

/** A comment can follow. */
function quoteOf(raw: string): string | undefined {
  return /^(['"`])(?:\\.|(?!\1).)*\1\s*(?:#.*)?$/.exec(raw)?.[1]
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Its reader has said so.
    return undefined
  }
}
