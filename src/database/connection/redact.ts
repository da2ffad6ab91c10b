import { connectionParts } from './connection-url.js'
import type { Environment } from './environment.js'
import { oneLine } from '../one-line.js'

const MASK = '***'

/** A shorter word stands in texts by chance, and would tear them to pieces. */
const SHORTEST = 4

/** A login in a URL, and libpq's `password=…`: what somebody may give for another setting. */
const LOGIN = /(:\/\/[^\s:@/]*:)\S+(?=@)/g
const ASSIGNED = /((?:password|passwd|pwd)\s*=\s*)(?:'(?:[^'\\]|\\.)*'|"[^"]*"|[^\s&;,'"`]+)/gi

/** What of a connection tells its secret from other words. */
interface Login {
  readonly password?: string | undefined
  readonly user?: string | undefined
  readonly database?: string | undefined
  readonly schema?: string | undefined
  readonly host?: string | undefined
}

/** Takes secrets out of a text. */
export type Redact = (text: string) => string

/**
 * Makes what takes a connection's password out of texts, in every form in which it may come back: as it is, on one line,
 * in a URL, in JSON. A password that is a public name of the connection as well is no secret, and stays.
 */
export function redactor({ password = '', user, database, schema, host }: Login): Redact {
  const isSecret = password.length >= SHORTEST && ![user, database, schema, host].includes(password)
  const forms = isSecret ? [password, oneLine(password, Infinity), JSON.stringify(password).slice(1, -1)] : []
  const encoded = isSecret ? [urlEncoded(password), urlEncoded(password).replaceAll('%20', '+'), lenient(password)] : []
  const patterns = [
    ...longestFirst(forms).map((form) => new RegExp(escapePattern(form), 'g')),
    // Two programs may write %2f and %2F for one character.
    ...longestFirst(encoded).map((form) => new RegExp(escapePattern(form), 'gi')),
  ]
  return (text) => {
    const plain = patterns.reduce((rest, pattern) => rest.replaceAll(pattern, MASK), text)
    return plain.replaceAll(LOGIN, `$1${MASK}`).replaceAll(ASSIGNED, `$1${MASK}`)
  }
}

/**
 * Takes secrets out of an error, in place: out of its message, its stack and its other texts, its causes, and the errors
 * that it gathers. Returns it; a text comes back as another one.
 */
export function redactError(error: unknown, redact: Redact, seen: Set<unknown> = new Set()): unknown {
  if (typeof error === 'string') return redact(error)
  if (!(error instanceof Error || Array.isArray(error)) || seen.has(error)) return error
  seen.add(error)
  for (const name of Object.getOwnPropertyNames(error)) {
    const before: unknown = Reflect.get(error, name)
    const after = redactError(before, redact, seen)
    if (after !== before) Reflect.set(error, name, after)
  }
  return error
}

/** The same for the password of the configured database. */
export function passwordRedactor(environment: Environment | NodeJS.ProcessEnv): Redact {
  const url = connectionParts(environment['CDC_URL'] ?? '', '')
  return redactor({
    password: environment['CLOUDBERRY_PASSWORD'] ?? url?.password,
    user: environment['CLOUDBERRY_USER'],
    database: environment['CLOUDBERRY_DATABASE'],
    schema: environment['CLOUDBERRY_SCHEMA'],
    host: environment['CLOUDBERRY_HOST'],
  })
}

function urlEncoded(text: string): string {
  // By way of bytes, because half a surrogate pair has no such form.
  return encodeURIComponent(Buffer.from(text).toString())
}

/** As `new URL` writes it, which leaves most marks as they are. */
function lenient(text: string): string {
  const url = new URL('http://x')
  url.password = text
  return url.password
}

function longestFirst(forms: readonly string[]): string[] {
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length)
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
