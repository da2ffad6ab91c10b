import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { OptionsError } from '../errors.js'
import { expectOneSchema, inspectTables, parseTableName } from '../inspect/inspect-tables.js'
import { resolveOptions } from '../options/resolve-options.js'
import type { Environment } from '../database/connection/environment.js'
import { openTarget } from '../database/open-target.js'
import { onSession } from '../writer/on-session.js'
import type { TypedOptions } from './program.js'
import { readSettings } from './read-settings.js'
import { isLasting } from './resume.js'

/** What is to be inspected, and where the draft goes. */
export interface InspectRequest {
  readonly typed: TypedOptions
  /** As `SCHEMA.TABLE`. */
  readonly tables: readonly string[]
  /** A file that is not there yet; JavaScript if its name says so. */
  readonly out: string | undefined
}

const SESSION = {
  what: 'read what the catalog says of the tables',
  applicationName: 'vitest-cloudberry-cdc inspect',
  settings: { default_transaction_read_only: 'on' },
}

/**
 * Drafts a module that defines tables like those that are there. Returns what is to be printed: the draft, or on standard
 * error where it was written to.
 *
 * @throws OptionsError, TargetError
 */
export async function inspect(
  { typed, tables, out }: InspectRequest,
  environment: Environment,
  cwd: string,
): Promise<{ readonly out: string; readonly err: string }> {
  const settings = readSettings(typed, environment, 'inspect')
  const { target, dataDir } = settings
  if (target === 'none' || !isLasting(settings, environment)) {
    throw new OptionsError(
      'Expected `inspect` with a database that has tables already, got one that is started for this run. Set CLOUDBERRY_HOST, or --target embedded with --data-dir.',
    )
  }
  // Wrong names are told before anything is opened.
  for (const table of tables) parseTableName(table, '')
  await using opened = await openTarget(target, { environment, ...(dataDir !== undefined && { dataDir }) })
  const { connection } = opened
  const names = tables.map((table) => parseTableName(table, connection.schema))
  expectOneSchema(names)
  const { retryFor, answerWithin } = resolveOptions({})
  const session = { ...SESSION, retryFor, answerWithin }
  const draft = await onSession(connection, session, (client) => {
    return inspectTables(client, names, /\.[cm]?js$/.test(out ?? '') ? 'js' : 'ts')
  })
  if (out === undefined) return { out: draft, err: '' }
  try {
    await writeFile(resolve(cwd, out), draft, { flag: 'wx' })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const got = code === 'EEXIST' ? 'a file that is there' : message
    throw new OptionsError(`Expected --out to be a new file, got ${got}: \`${out}\`. Remove it, or name another one.`, {
      cause,
    })
  }
  const todos = draft.split('TODO: ').length - 1
  return { out: '', err: `Wrote ${out}${todos > 0 ? `, with ${todos} TODO to look at` : ''}\n` }
}
