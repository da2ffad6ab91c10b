import { withoutTexts } from '../protocol/sql-words.js'

/** Commands of a session about itself. */
const OF_THE_SESSION: ReadonlySet<string> = new Set(
  'SET RESET SHOW DISCARD PREPARE DEALLOCATE LISTEN UNLISTEN'.split(' '),
)

/** Where drivers look types up. */
const CATALOGS =
  /\bpg_catalog\s*\.|\binformation_schema\s*\.|\bpg_(?:type|class|namespace|attribute|settings|range|enum)\b/i

/** A SELECT of nothing but constants, and of what a session is: a look whether it is alive. */
const ALIVE =
  /^select\s+(?:(?:-?\d+|''|true|null|current_\w+|session_user|user|now\(\s*\)|(?:version|current_schema|current_database|current_user|current_setting|set_config|pg_is_in_recovery|pg_backend_pid|txid_current)\s*\([^()]*\))(?:\s*::\s*\w+)?(?:\s+(?:as\s+)?\w+)?\s*,?\s*)*;?\s*$/i

/** Whether a driver says something by itself: it sets its session up, looks types up, or looks whether it is alive. */
export function isHousekeeping(sql: string): boolean {
  const text = withoutTexts(sql).trim()
  const verb = (/^[a-z]+/i.exec(text)?.[0] ?? '').toUpperCase()
  return /^;*$/.test(text) || OF_THE_SESSION.has(verb) || ALIVE.test(text) || (verb !== 'CREATE' && CATALOGS.test(text))
}
