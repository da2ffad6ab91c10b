import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { OptionsError } from '../../errors.js'
import {
  draftOf,
  expectOneSchema,
  isSchema,
  parseTableName,
  readTables,
  readWholeSchema,
} from '../../inspect/inspect-tables.js'
import { resolveOptions } from '../../options/resolve-options.js'
import { openTarget } from '../../database/open-target.js'
import { onSession } from '../../writer/on-session.js'
import type { Asked } from '../command-line.js'
import { exitCode, type Surroundings } from '../host.js'
import { listenForInterrupt } from '../interrupt.js'
import type { Answer } from '../output/print.js'
import { trialLines } from '../output/trial-lines.js'
import { trySchema } from '../trial/try-schema.js'
import { readSettings } from '../settings/read-settings.js'
import { isLasting } from '../settings/settings.js'

const SESSION = {
  what: 'read what the catalog says of the tables',
  applicationName: 'vitest-cloudberry-cdc inspect',
  settings: { default_transaction_read_only: 'on' },
}

/** How many changes a trial makes, at least. */
const CHANGES = 1000

/** Drafts a module, to be printed or in a new file, which is JavaScript if its name says so. */
export async function inspect(asked: Asked, { environment, cwd, host }: Surroundings): Promise<Answer> {
  const { typed, sources, out, tries } = asked
  const settings = readSettings(typed, environment, 'inspect')
  const { target, dataDir } = settings
  if (target === 'none' || !isLasting(settings, environment)) {
    throw new OptionsError(
      'Expected `inspect` with a database that has tables already, got one that is started for this run. Set CLOUDBERRY_HOST, or --target embedded with --data-dir.',
    )
  }
  // Wrong names, and a file that is there, are refused before anything is opened.
  if (out !== undefined && existsSync(resolve(cwd, out))) throw notNew(out, 'a file that is there')
  for (const source of sources) parseTableName(source, '')
  using interrupt = listenForInterrupt(host, (signal) => {
    host.stderr.write(`${signal}: ending. A second signal stops at once\n`)
  })
  await using opened = await openTarget(target, { environment, dataDir })
  const { connection } = opened
  const names = sources.map((source) => parseTableName(source, connection.schema))
  expectOneSchema(names)
  const isBare = names.length === 1 && parseTableName(sources[0]!, '').schema === ''
  const { retryFor, answerWithin } = resolveOptions({})
  const session = { ...SESSION, retryFor, answerWithin, signal: interrupt.signal }
  try {
    const found = await onSession(connection, session, async (client) => {
      // One name without a schema can be that of a schema.
      const only = isBare ? names[0]?.name : undefined
      if (only !== undefined && (await isSchema(client, only, connection.schema))) return readWholeSchema(client, only)
      return readTables(client, names)
    })
    const language = /\.[cm]?js$/.test(out ?? '') ? 'js' : 'ts'
    // What cannot be drafted is told before a trial.
    const draft = draftOf(found, language)
    if (!tries) return await answer(draft, out, cwd)
    const tried = await trySchema(found.tables, { connection, changes: CHANGES, signal: interrupt.signal })
    const told = await answer(draftOf(found, language, tried.failed), out, cwd)
    const code = tried.rest.length === 0 ? exitCode.ok : exitCode.failed
    return { ...told, code, err: `${trialLines(tried).join('\n')}\n${told.err ?? ''}` }
  } catch (error) {
    if (interrupt.code === undefined) throw error
    return { code: interrupt.code, out: '' }
  }
}

function notNew(out: string, got: string, cause?: unknown): OptionsError {
  return new OptionsError(`Expected --out to be a new file, got ${got}: \`${out}\`. Remove it, or name another one.`, {
    cause,
  })
}

async function answer(draft: string, out: string | undefined, cwd: string): Promise<Answer> {
  if (out === undefined) return { out: draft, verbatim: true }
  try {
    await writeFile(resolve(cwd, out), draft, { flag: 'wx' })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw notNew(out, code === 'EEXIST' ? 'a file that is there' : message, cause)
  }
  const todos = draft.split('TODO: ').length - 1
  return { out: '', err: `Wrote ${out}${todos > 0 ? `, with ${todos} TODO to look at` : ''}\n` }
}
