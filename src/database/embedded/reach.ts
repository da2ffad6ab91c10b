import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Account } from './account.js'

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

/** Whether the account can read a file. */
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
