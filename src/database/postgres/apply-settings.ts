import type { ClientBase, QueryResult } from 'pg'
import { isServerError } from '../transient.js'
import { escapeIdentifier, escapeLiteral } from './quote.js'
import { TEXT_SETTINGS } from '../text-settings.js'
import type { Backend, Introduction } from '../client.js'
import type { DialectInfo } from '../dialect-info.js'
import { dialects } from '../dialects.js'

/** Sets parameters for the rest of a session, all or none. Returns the number of the server process that has it. */
export async function applySettings(client: ClientBase, settings: Readonly<Record<string, string>>): Promise<number> {
  const statements = Object.entries(settings).map(
    ([name, value]) => `SET ${escapeIdentifier(name)} TO ${escapeLiteral(value)}`,
  )
  // In one round trip, and so in one transaction.
  const answers: QueryResult<{ pid: number }> | QueryResult<{ pid: number }>[] = await client.query(
    [...statements, 'SELECT pg_backend_pid() AS pid'].join(';'),
  )
  return [answers].flat().at(-1)?.rows[0]?.pid ?? 0
}

/** SQLSTATEs of a parameter that this user, or this session, may not set to this. */
const REFUSED = new Set(['42501', '42704', '55P02', '22023'])

/** Sets those parameters that the server knows, each by itself. Returns what it said about those that it refused. */
export async function applyKnownSettings(
  client: ClientBase,
  settings: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const names = Object.keys(settings)
  if (names.length === 0) return []
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM unnest($1::text[]) AS name WHERE current_setting(name, true) IS NOT NULL',
    [names],
  )
  const refused: string[] = []
  for (const { name } of rows) {
    try {
      await applySettings(client, { [name]: settings[name]! })
    } catch (error) {
      if (!isServerError(error) || !REFUSED.has(error.code)) throw error
      refused.push(error.message)
    }
  }
  return refused
}

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
  type Unlimited = readonly (keyof typeof LIMITS)[]
  const { rows } = await client.query<Backend & { readonly searchPath: string; readonly unlimited: Unlimited }>(
    // The view joins what is not needed here, and takes five times as long in a session that has just begun.
    `SELECT pid, backend_start::text AS start, current_setting('search_path') AS "searchPath",
              ARRAY(SELECT name FROM unnest($1::text[]) AS name WHERE current_setting(name, true) = '0') AS unlimited
         FROM pg_stat_get_activity(pg_backend_pid())`,
    [Object.keys(LIMITS)],
  )
  const { unlimited, searchPath, ...backend } = rows[0]!
  const limits = Object.fromEntries(unlimited.map((name) => [name, String(LIMITS[name])]))
  const { findingSettings, writingSettings, seesRowLocks } = dialects[dialect.name]
  await applySettings(client, { ...SETTINGS, ...limits, ...findingSettings })
  const refused = await applyKnownSettings(client, writingSettings)
  return { backend, dialect, searchPath, refused, seesWaits: seesRowLocks }
}
