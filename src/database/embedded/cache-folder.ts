import { randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { TargetError } from '../../errors.js'
import { type Account, findBarrier } from './account.js'

const SEAL = 'sealed.json'

/**
 * Returns the folder `name` in `cache`, complete: `build` fills it unless an earlier call or another process has. The
 * seal counts the files, because systems clean their folder for temporary files one by one.
 */
export async function sealedFolder(
  cache: string,
  name: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, name)
  if (await isSealed(folder)) return folder
  const suffix = randomBytes(6).toString('hex')
  const draft = join(cache, `${name}.${suffix}.draft`)
  const broken = join(cache, `${name}.${suffix}.broken`)
  try {
    // What builds it may be another user's.
    await mkdir(draft)
    await chmod(draft, 0o711)
    await build(draft)
    await writeFile(join(draft, SEAL), JSON.stringify({ files: await count(draft) }), { mode: 0o600 })
    if (!(await moved(draft, folder)) && !(await isSealed(folder))) {
      // Not somebody else's who was faster, but one that has lost files.
      await moved(folder, broken)
      await moved(draft, folder)
    }
    return folder
  } finally {
    await Promise.all([draft, broken].map((path) => rm(path, { recursive: true, force: true })))
  }
}

async function isSealed(folder: string): Promise<boolean> {
  const seal = await readFile(join(folder, SEAL), 'utf8').catch(() => undefined)
  return seal !== undefined && seal === JSON.stringify({ files: (await count(folder)) - 1 })
}

async function count(folder: string): Promise<number> {
  return (await readdir(folder, { recursive: true })).length
}

async function moved(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOENT'].includes(error.code ?? '')) return false
      throw error
    },
  )
}

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
