import { randomBytes } from 'node:crypto'
import { chown, mkdir } from 'node:fs/promises'
import { copyTree } from './copy-tree.js'
import { runProgram, singleUserMode } from './run-program.js'
import type { StartContext } from './start-context.js'
import { EMBEDDED_NAME } from './template.js'

/** Makes a data folder at `path`, where nothing is yet, from a template. Returns its password. */
export async function fillDataFolder(
  path: string,
  template: string,
  { server, account, signal }: StartContext,
): Promise<string> {
  await mkdir(path, { mode: 0o700 })
  await copyTree(template, path, account)
  if (account) await chown(path, account.uid, account.gid)
  const password = randomBytes(24).toString('base64url')
  // In single-user mode, so that the server is never up with another password.
  await runProgram(server.postgres, singleUserMode(path), {
    cwd: path,
    account,
    signal,
    input: `ALTER ROLE ${EMBEDDED_NAME} PASSWORD '${password}'\n`,
  })
  return password
}
