import type { Run } from '../plan/batch.js'
import { WriteError } from '../errors.js'

const MOST_KEYS = 10

/** A statement that did not affect the rows that it names. */
export interface Shortfall {
  readonly kind: Run['kind']
  /** With its schema. */
  readonly table: string
  /** Of all rows, in words. */
  readonly keys: readonly string[]
  readonly affected: number
  /** Of the rows that are there now; a key that is there twice comes twice. */
  readonly found: readonly string[]
  /** What keeps rows that are there from being changed; undefined where nothing is known that does. */
  readonly explain: () => Promise<string | undefined>
}

/** Says which keys are not as they have to be: there once before an UPDATE, and gone after a DELETE. */
export async function shortfallError({ kind, table, keys, affected, found, explain }: Shortfall): Promise<WriteError> {
  const expected = `Expected ${kind.toUpperCase()} to affect ${keys.length} rows of \`${table}\``
  const times = new Map<string, number>()
  for (const key of found) times.set(key, (times.get(key) ?? 0) + 1)
  const missing = kind === 'update' && keys.some((key) => !times.has(key))
  // Rows that are there, and were left alone.
  const why = missing || found.length === 0 ? undefined : await explain()
  const advice = why ?? 'Another session writes to the table, or its key is not unique.'
  let which =
    found.length === 0 ? `keys ${shorten(keys)}` : `still there: ${shorten(keys.filter((key) => times.has(key)))}`
  if (kind === 'update') {
    const wrong = keys
      .filter((key) => times.get(key) !== 1)
      .map((key) => `${key} ${times.has(key) ? `${times.get(key)} times` : 'missing'}`)
    which = wrong.length > 0 ? shorten(wrong) : 'all keys are there'
  }
  return new WriteError(`${expected}, got ${affected} (${which}). ${advice}`)
}

function shorten(keys: readonly string[]): string {
  const more = keys.length - MOST_KEYS
  return keys.slice(0, MOST_KEYS).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
