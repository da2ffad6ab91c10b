import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'

const run = promisify(execFile)

/** What `psql` or `pgbench` prints. */
export async function runClient(
  program: 'psql' | 'pgbench',
  args: readonly string[],
  { host, port, database, user, password }: ConnectionOptions,
): Promise<string> {
  const env = { ...process.env, PGHOST: host, PGPORT: String(port), PGDATABASE: database, PGUSER: user }
  const { stdout } = await run(program, [...args], { env: { ...env, ...(password && { PGPASSWORD: password }) } })
  return stdout
}

/** The first line that a program prints of its version, or undefined where it is not installed. */
export async function versionOf(program: string): Promise<string | undefined> {
  return run(program, ['--version']).then(
    ({ stdout }) => stdout.split('\n')[0]!.trim(),
    () => undefined,
  )
}
