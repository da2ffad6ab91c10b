import { createRequire } from 'node:module'
import type Pg from 'pg'

const require = createRequire(import.meta.url)

/** Loaded by the first call: loading it takes about as long as all of this package, which compares and plans without it. */
function pg(): typeof Pg {
  return require('pg') as typeof Pg
}

/** A name as SQL has it. */
export function escapeIdentifier(name: string): string {
  return pg().escapeIdentifier(name)
}

/** A text as SQL has it. */
export function escapeLiteral(text: string): string {
  return pg().escapeLiteral(text)
}

/** `schema.table`, quoted. */
export function qualifiedName(schema: string, table: string): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`
}
