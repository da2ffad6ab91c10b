import { createHash, randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram, singleUserMode } from './run-program.js'
import { sealedFolder } from './cache-folder.js'
import type { ServerPackage, StartContext } from './server-package.js'
import { copyTree } from './copy-tree.js'

/** The user, a superuser, and the database that an embedded server comes with. */
export const EMBEDDED_NAME = 'cdc'

const INITDB_FLAGS = [
  `--username=${EMBEDDED_NAME}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--no-sync',
  '--no-instructions',
]

const STATEMENTS = `CREATE DATABASE ${EMBEDDED_NAME}\n`

export function templateName({ version }: ServerPackage): string {
  const key = createHash('sha256').update(JSON.stringify([version, INITDB_FLAGS, STATEMENTS]))
  return `template-${key.digest('hex').slice(0, 12)}`
}

/** Returns a fresh data folder to copy. Nobody knows its password. */
export async function findTemplate(context: StartContext): Promise<string> {
  const name = templateName(context.server)
  return join(await sealedFolder(context.cache, name, (draft) => build(draft, context)), 'data')
}

async function build(draft: string, { server, account, signal }: StartContext): Promise<void> {
  const data = join(draft, 'data')
  const pwfile = join(draft, 'password')
  await mkdir(data, { mode: 0o700 })
  await writeFile(pwfile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (account) await Promise.all([data, pwfile].map((path) => chown(path, account.uid, account.gid)))
  const options = { cwd: data, account, signal }
  await runProgram(server.initdb, [`--pgdata=${data}`, `--pwfile=${pwfile}`, ...INITDB_FLAGS], options)
  await rm(pwfile)
  await runProgram(server.postgres, singleUserMode(data), { ...options, input: STATEMENTS })
  // From here on the account must not be able to exchange what we copy, with root's rights, later.
  await chmod(draft, 0o700)
}

/** Makes a data folder at `path`, where nothing is yet, from the template. Returns its password. */
export async function fillDataFolder(path: string, context: StartContext): Promise<string> {
  const { server, account, signal } = context
  const template = await findTemplate(context)
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
