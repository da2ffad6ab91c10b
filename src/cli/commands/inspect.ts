import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { OptionsError } from '../../errors.js'
import { expectOneSchema, inspectTables, parseTableName } from '../../inspect/inspect-tables.js'
import { resolveOptions } from '../../options/resolve-options.js'
import { openTarget } from '../../database/open-target.js'
import { onSession } from '../../writer/on-session.js'
import type { Asked } from '../command-line.js'
import type { Surroundings } from '../host.js'
import type { Answer } from '../output/print.js'
import { readSettings } from '../settings/read-settings.js'
import { isLasting } from '../settings/settings.js'

const SESSION = {
  what: 'read what the catalog says of the tables',
  applicationName: 'vitest-cloudberry-cdc inspect',
  settings: { default_transaction_read_only: 'on' },
}

/** Drafts a module, to be printed or in a new file, which is JavaScript if its name says so. */
export async function inspect(
  { typed, sources: tables, out }: Asked,
  { environment, cwd }: Surroundings,
): Promise<Answer> {
  const settings = readSettings(typed, environment, 'inspect')
  const { target, dataDir } = settings
  if (target === 'none' || !isLasting(settings, environment)) {
    throw new OptionsError(
      'Expected `inspect` with a database that has tables already, got one that is started for this run. Set CLOUDBERRY_HOST, or --target embedded with --data-dir.',
    )
  }
  // Wrong names are refused before anything is opened.
  for (const table of tables) parseTableName(table, '')
  await using opened = await openTarget(target, { environment, dataDir })
  const { connection } = opened
  const names = tables.map((table) => parseTableName(table, connection.schema))
  expectOneSchema(names)
  const { retryFor, answerWithin } = resolveOptions({})
  const session = { ...SESSION, retryFor, answerWithin }
  const draft = await onSession(connection, session, (client) => {
    return inspectTables(client, names, /\.[cm]?js$/.test(out ?? '') ? 'js' : 'ts')
  })
  if (out === undefined) return { out: draft, verbatim: true }
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
