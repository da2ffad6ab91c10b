import { chmod, lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TargetError } from '../../errors.js'
import { type Account, findBarrier } from './account.js'

/** The folder for temporary files: the system's, or one that the account can enter if it cannot enter that. */
export async function temporaryFolder(account: Account | undefined): Promise<string> {
  for (const folder of [tmpdir(), '/tmp', '/var/tmp']) {
    if ((await findBarrier(join(folder, 'any'), account).catch(() => folder)) === undefined) return folder
  }
  throw new TargetError(
    `Expected the user \`postgres\` to be able to enter ${tmpdir()}, /tmp or /var/tmp, got none. Set TMPDIR to a folder that it can enter.`,
  )
}

/** Opens the folder in which we keep, from one start to the next, what is slow to make. It can be deleted at any time. */
export async function openCacheFolder(account: Account | undefined): Promise<string> {
  const uid = process.getuid?.() ?? 0
  const folder = join(await temporaryFolder(account), `vitest-cloudberry-cdc-${uid}`)
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  // Anybody may have made this folder before us: programs that others can exchange are not to be run.
  const found = await lstat(folder)
  const ours =
    found.isDirectory() && (process.getuid === undefined || (found.uid === uid && (found.mode & 0o022) === 0))
  if (ours) {
    // The account must be able to enter what we keep as root, not more.
    await chmod(folder, account ? 0o711 : 0o700)
    return folder
  }
  throw new TargetError(`Expected ${folder} to be a folder that only user ${uid} can change, got another. Remove it.`)
}
