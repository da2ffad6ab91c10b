import { execFile } from 'node:child_process'
import { readFile, realpath, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { TargetError } from '../../errors.js'
import { oneLine } from '../one-line.js'
import { dirname } from 'node:path'

/** The user of the operating system that PostgreSQL runs as when we are root, which PostgreSQL refuses to run as. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

const run = promisify(execFile)

/** Finds the user `postgres`, creating it when there is none; undefined when we are not root and need no other user. */
export async function findAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  return (await readPasswd()) ?? (await lookUp().catch(() => undefined)) ?? (await create())
}

/** Where the user mostly is: `id` knows all other places, and takes ten times as long. */
async function readPasswd(): Promise<Account | undefined> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(text) ?? []
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}

async function lookUp(): Promise<Account> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'postgres'])))
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
}

async function create(): Promise<Account> {
  try {
    await run('groupadd', ['--system', '--force', 'postgres'])
    await run('useradd', ['--system', '--gid', 'postgres', '--shell', '/bin/false', 'postgres'])
    return await lookUp()
  } catch (cause) {
    // Another process may have created it meanwhile.
    const account = await lookUp().catch(() => undefined)
    if (account) return account
    throw new TargetError(
      `Expected to create the user \`postgres\`, because PostgreSQL refuses to run as root, got: ${oneLine((cause as Error).message)}. Create it, or do not run as root.`,
      { cause },
    )
  }
}

const READ = 0o4
const ENTER = 0o1

/** The first folder on the way from the root to `path` that the account cannot enter; undefined if it gets there. */
export async function findBarrier(path: string, account: Account | undefined): Promise<string | undefined> {
  if (account === undefined) return undefined
  for (const folder of lineage(await realpath(dirname(path)))) {
    if (!(await allows(folder, account, ENTER))) return folder
  }
  return undefined
}

export async function isReadable(path: string, account: Account | undefined): Promise<boolean> {
  if (account === undefined) return true
  return (await findBarrier(path, account)) === undefined && (await allows(path, account, READ))
}

// Permission bits only: `access(2)` answers for the user that we are, and an ACL is rare enough.
async function allows(path: string, account: Account, right: number): Promise<boolean> {
  const { mode, uid, gid } = await stat(path)
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0
  return ((mode >> shift) & right) === right
}

function lineage(folder: string): readonly string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [...lineage(parent), folder]
}
