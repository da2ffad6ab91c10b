import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { OptionsError, TargetError } from '../../errors.js'
import { oneLine } from '../one-line.js'
import { temporaryFolder } from './cache-folder.js'
import { fillDataFolder } from './template.js'
import { findBarrier } from './account.js'
import { takeSpare } from './spare.js'
import type { StartContext } from './server-package.js'

/** A data folder that a server can be started on. */
export interface DataFolder {
  readonly path: string
  readonly password: string
  readonly temporary: boolean
}

const PASSWORD_FILE = 'vitest-cloudberry-cdc.password'

/** Makes a data folder that goes when its server stops, or takes the one that was made for this start. */
export async function temporaryDataFolder(context: StartContext): Promise<DataFolder> {
  const name = `vitest-cloudberry-cdc-data-${randomBytes(6).toString('hex')}`
  const path = join(await temporaryFolder(context.account), name)
  const spare = await takeSpare(path, context)
  if (spare !== undefined) return { path, password: spare, temporary: true }
  try {
    return { path, password: await fillDataFolder(path, context), temporary: true }
  } catch (error) {
    await rm(path, { recursive: true, force: true })
    throw error
  }
}

/**
 * Opens a data folder that stays, or makes it.
 *
 * @throws OptionsError when the folder holds something else, or cannot be used
 * @throws TargetError when it was made by another major version of PostgreSQL
 */
export async function keptDataFolder(path: string, context: StartContext): Promise<DataFolder> {
  const entries = await mkdir(path, { recursive: true })
    .then(() => readdir(path))
    .catch((cause: Error) => {
      throw new OptionsError(`Expected \`dataDir\` to be a folder, got: ${oneLine(cause.message)}. Choose another.`, {
        cause,
      })
    })
  const barrier = await findBarrier(path, context.account)
  if (barrier !== undefined) {
    throw new OptionsError(
      `Expected \`dataDir\` to be where the user \`postgres\` can enter, because PostgreSQL refuses to run as root, got ${path}, which ${barrier} hides. Choose another.`,
    )
  }
  if (entries.length === 0) return create(path, context)

  const version = (await readFile(join(path, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  const password = await readFile(join(path, PASSWORD_FILE), 'utf8').catch(() => undefined)
  const major = context.server.version.split('.')[0]
  if (version !== '' && version !== major) {
    throw new TargetError(
      `Expected \`dataDir\` to be made by PostgreSQL ${major}, got ${path}, made by PostgreSQL ${version}. Choose another folder.`,
    )
  }
  if (version === '' || password === undefined) {
    throw new OptionsError(
      `Expected \`dataDir\` to be empty or made by an earlier run, got ${path}, which holds something else. Choose another folder.`,
    )
  }
  return { path, password, temporary: false }
}

async function create(path: string, context: StartContext): Promise<DataFolder> {
  // Beside it and then moved, so that a folder is never half made, and of two processes one makes it.
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    const password = await fillDataFolder(draft, context)
    await writeFile(join(draft, PASSWORD_FILE), password, { mode: 0o600 })
    await rename(draft, path)
    return { path, password, temporary: false }
  } catch (cause) {
    if (cause instanceof TargetError) throw cause
    throw new OptionsError(
      `Expected to create \`dataDir\` at ${path}, got: ${oneLine((cause as Error).message)}. Choose another folder, such as one below it.`,
      { cause },
    )
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}
