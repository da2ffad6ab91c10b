import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { escapeLiteral } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createCdcStream } from '../../src/index.js'
import { connect } from '../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { freePort } from '../../src/database/embedded/free-port.js'
import { connectionVariables } from '../cli/support/cli-process.js'
import { runHere } from '../cli/support/run-here.js'
import { testConnection, useClient, useSchema } from '../support/server.js'
import { useTelltaleServer } from '../support/telltale-server.js'
import { runVitest } from '../support/vitest-run.js'

/** Its middle stays as it is however it is written down. */
const PASSWORD = `p@ss:word/ geheim4711 %41'"\\€#`
const TELLTALE = /geheim4711/i

/** A superuser with that password, and a schema of its own. */
async function useLogin(): Promise<ConnectionOptions> {
  const { schema } = await useSchema()
  const user = `s_${randomBytes(6).toString('hex')}`
  const admin = await useClient()
  await admin.query(`CREATE ROLE ${user} SUPERUSER LOGIN PASSWORD ${escapeLiteral(PASSWORD)}`)
  onTestFinished(async () => {
    const client = await connect(testConnection())
    await client.query(`DROP OWNED BY ${user} CASCADE; DROP ROLE ${user}`)
    await client.end()
  })
  return { ...testConnection(), user, password: PASSWORD, schema }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')),
  )
}

const QUICK = ['--batch-interval', '0', '--total-batches', '2', '--batch-size', '10']

const URL_OF_LOGIN = `postgresql://u:${encodeURIComponent(PASSWORD)}@127.0.0.1:1/db`

type Failure = readonly [string, string[], (connection: ConnectionOptions) => Promise<Record<string, string>>]

const elsewhere = (changes: Partial<ConnectionOptions>): Failure[2] => {
  return async (connection) => connectionVariables({ ...connection, ...changes })
}

const failures: readonly Failure[] = [
  ['a wrong password', [], elsewhere({ user: 'cdc' })],
  ['a user that is not there', [], elsewhere({ user: 'nobody' })],
  ['a server that is down', [], async (it) => connectionVariables({ ...it, port: await freePort() })],
  ['a name that is no host', [], elsewhere({ host: 'nowhere.invalid' })],
  ['a socket that is not there', [], elsewhere({ host: '/nowhere' })],
  ['a database that is not there', [], elsewhere({ database: 'nowhere' })],
  ['a schema that is not there', [], elsewhere({ schema: 'nowhere' })],
  ['tables that are not there', [], elsewhere({})],
  ['a server without encryption', [], elsewhere({ sslmode: 'require' })],
  ['certificates that are not there', [], elsewhere({ sslmode: 'verify-full', sslrootcert: '/nowhere.pem' })],
  ['a server that repeats the password', [], async (it) => connectionVariables(await useTelltaleServer(it))],
  ['a URL for a host', [], elsewhere({ host: URL_OF_LOGIN })],
  ['a URL for a host, not encoded', [], elsewhere({ host: `postgresql://u:${PASSWORD}@h/db` })],
  ['the password for a port', [], async (it) => ({ ...connectionVariables(it), CLOUDBERRY_PORT: PASSWORD })],
  ['the password for a mode', [], async (it) => ({ ...connectionVariables(it), CLOUDBERRY_SSLMODE: PASSWORD })],
  ['the password for a name', [], elsewhere({ database: `x${PASSWORD}` })],
  ['a URL for a target', ['--target', URL_OF_LOGIN], elsewhere({})],
  ['the password for a number', ['--seed', PASSWORD], elsewhere({})],
  ['the password in a path', ['--log-file', `/nowhere/${PASSWORD}/log`], elsewhere({})],
  ['the password in another path', ['--events', `/nowhere/${PASSWORD}/events`], elsewhere({})],
  ['an option that is none', [`--password=${PASSWORD}`], elsewhere({})],
  ['another that is none', [`-p${PASSWORD}`], elsewhere({})],
  ['a word too many', ['x', PASSWORD], elsewhere({})],
]

test.for(failures)('%s: the password is in no line and no file', async ([, args, variables]) => {
  const env = await variables(await useLogin())
  for (const json of [[], ['--json']]) {
    const result = await runHere([...QUICK, ...json, ...args], env)
    expect([1, 2]).toContain(result.code)
    expect(result.stderr).toMatch(/error: |ERROR/)
    expect([result.stdout, result.stderr, ...(await filesIn(result.cwd))].join('\n')).not.toMatch(TELLTALE)
  }
})

test('a run that works leaves the password in no line and no file', async () => {
  const connection = await useLogin()
  const args = [...QUICK, '--create-tables', '--json', '--events', 'events.ndjson']
  const result = await runHere(args, connectionVariables(connection))
  expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('"token":') })
  const files = await filesIn(result.cwd)
  expect(files).toHaveLength(2)
  expect([result.stdout, result.stderr, ...files].join('\n')).not.toMatch(TELLTALE)
})

test('nothing of an error has the password, however deep one looks', async () => {
  const login = await useLogin()
  const connections = [
    { ...login, user: 'cdc' },
    { ...login, port: await freePort() },
    { ...login, sslmode: 'verify-full' as const },
    await useTelltaleServer(login),
    { ...login, port: PASSWORD as unknown as number },
    { ...login, host: URL_OF_LOGIN },
  ]
  for (const target of connections) {
    const stream = createCdcStream({ target, retryFor: 100 })
    const error: unknown = await stream.start().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    for (let each = error; each instanceof Error; each = each.cause) {
      expect(inspect(each, { depth: Infinity, showHidden: true })).not.toMatch(TELLTALE)
      expect(`${each.message}${each.stack}`).not.toMatch(TELLTALE)
    }
    expect(inspect(stream, { depth: 4 })).not.toMatch(TELLTALE)
  }
})

const spec = `
import { withCdcStream } from 'vitest-cloudberry-cdc'
const test = withCdcStream({ batches: 5, interval: 0, retryFor: 300 })
test('writes and fails', async ({ cdcStream, cloudberry, expect, task }) => {
  await cdcStream.step(2)
  await cloudberry.pool.query('DROP TABLE store_sales_heap')
  await cdcStream.step(2)
})
test('cannot be read', async ({ cdcStream, expect }) => {
  await cdcStream.start()
  await expect([]).toMatchCommit(cdcStream.table('store_sales_heap'))
})
`

test('neither the output nor the report of a test run has the password', async () => {
  const login = await useLogin()
  const connections = [login, { ...login, user: 'cdc' }, await useTelltaleServer(login)]
  const runs = await Promise.all(
    connections.map((connection) =>
      runVitest({
        files: { 'secrets.spec.ts': spec },
        env: { ...connectionVariables(connection), CDC_TARGET: 'configured', CDC_KEEP: 'failed' },
      }),
    ),
  )
  for (const { exitCode, output, tests } of runs) {
    // What CDC_KEEP keeps is to be opened: the one file that has the password, for its owner only.
    for (const [, file] of output.matchAll(/PGPASSFILE=(\S+)/g)) {
      expect((await stat(file!)).mode & 0o777).toBe(0o600)
      await rm(file!)
    }
    expect(exitCode, output).toBe(1)
    expect(output).toMatch(/Expected /)
    expect(output + JSON.stringify(tests)).not.toMatch(TELLTALE)
  }
  expect(runs[0]!.tests.map(({ meta }) => meta.cdc?.['token'])).toEqual([expect.any(String), expect.any(String)])
  expect(Buffer.from(String(runs[0]!.tests[0]!.meta.cdc!['token']), 'base64url').toString()).not.toMatch(TELLTALE)
})
