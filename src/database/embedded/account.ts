import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { TargetError } from '../../errors.js'
import { oneLine } from '../one-line.js'

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
