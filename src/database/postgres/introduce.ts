import { TEXT_SETTINGS } from '../text-settings.js'
import type { ClientBase } from 'pg'
import type { Introduction } from '../client.js'
import type { DialectInfo } from '../dialect-info.js'
import { dialects } from '../dialects.js'
import { applyKnownSettings, applySettings } from './apply-settings.js'
import { escapeIdentifier } from './quote.js'

/**
 * A prepared statement's generic plan is made after five executions and kept while the tables grow: what was right for
 * a thousand rows then scans a million.
 */
const SETTINGS = { plan_cache_mode: 'force_custom_plan', ...TEXT_SETTINGS }

/**
 * Milliseconds after which the server ends what has stood still, unless the role, the database or the server has limits of
 * its own. The largest batch takes a minute or two, the sample of a large table more; no transaction of ours is idle for
 * longer than it takes to compute a chunk of rows, but for a process that was stopped, and must not keep its locks.
 */
const LIMITS = {
  lock_timeout: 30_000,
  statement_timeout: 1_800_000,
  idle_in_transaction_session_timeout: 300_000,
}

/** Sets what a session needs that writes the load, and says what it is. */
export async function introduce(client: ClientBase, dialect: DialectInfo): Promise<Introduction> {
  const { rows } = await client.query<Unlimited>(
    // The view joins what is not needed here, and takes five times as long in a session that has just begun.
    `SELECT pid, backend_start::text AS start, current_setting('search_path') AS "searchPath",
              ARRAY(SELECT name FROM unnest($1::text[]) AS name WHERE current_setting(name, true) = '0') AS unlimited
         FROM pg_stat_get_activity(pg_backend_pid())`,
    [Object.keys(LIMITS)],
  )
  const { unlimited, searchPath, ...backend } = rows[0]!
  const limits = Object.fromEntries(unlimited.map((name) => [name, String(LIMITS[name])]))
  const { findingSettings, writingSettings } = dialects[dialect.name]
  await applySettings(client, { ...SETTINGS, ...limits, ...findingSettings })
  const refused = await applyKnownSettings(client, writingSettings)
  return { backend, dialect, searchPath, refused }
}

interface Unlimited {
  readonly pid: number
  readonly start: string
  readonly searchPath: string
  /** The parameters that limit nothing. */
  readonly unlimited: readonly (keyof typeof LIMITS)[]
}

/** Lets names be found in a schema first, and after it where they were found before. */
export async function searchFirst(client: ClientBase, schema: string, searchPath: string): Promise<void> {
  // Not at the log-in, by the start-up parameter `options`: connection poolers refuse it.
  const path = [escapeIdentifier(schema), searchPath].filter((part) => part !== '').join(', ')
  await client.query(`SELECT set_config('search_path', $1, false)`, [path])
}
