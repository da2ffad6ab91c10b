import { randomBytes } from 'node:crypto'
import { chmod, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fillDataFolder, templateName } from './template.js'
import { sealedFolder } from './cache-folder.js'
import type { StartContext } from './server-package.js'

/**
 * Milliseconds for which a spare is good. Systems clean their folder for temporary files one by one, after three days or more;
 * counting them, as for the template, takes as long as the rest of a start.
 */
const KEPT = 86_400_000

const nameOf = ({ server }: StartContext): string => templateName(server).replace('template', 'spare')

/**
 * Makes a data folder for the next start on this machine, with a password of its own, so that that one need not wait for
 * 1,300 files to be copied. There is at most one, and it can be deleted at any time.
 */
export async function makeSpare(context: StartContext): Promise<void> {
  await sealedFolder(context.cache, nameOf(context), async (folder) => {
    const password = await fillDataFolder(join(folder, 'data'), context)
    await writeFile(join(folder, 'password'), password, { mode: 0o600 })
    await chmod(folder, 0o700)
  })
}

/** Moves the spare to `path` and returns its password; of several processes one gets it. */
export async function takeSpare(path: string, context: StartContext): Promise<string | undefined> {
  const taken = join(context.cache, `${nameOf(context)}.${randomBytes(6).toString('hex')}.taken`)
  try {
    await rename(join(context.cache, nameOf(context)), taken)
    const { mtimeMs } = await stat(join(taken, 'password'))
    if (Date.now() - mtimeMs > KEPT) return undefined
    const password = await readFile(join(taken, 'password'), 'utf8')
    await rename(join(taken, 'data'), path)
    return password
  } catch {
    // Another process was faster, or there is none.
    return undefined
  } finally {
    await rm(taken, { recursive: true, force: true })
  }
}
