import { execFile } from 'node:child_process'
import { chown, copyFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { type EmbeddedTarget, startEmbedded } from '../../src/database/embedded/start-embedded.js'
import { openWire } from '../../src/wire/session/open-wire.js'
import { connectionVariables, runCli } from '../cli/support/cli-process.js'
import { expectOneLine } from '../cli/support/expect-one-line.js'
import { cdcError } from '../support/cdc-error.js'
import { testConnection } from '../support/server.js'
import { runVitest } from '../support/vitest-run.js'

const run = promisify(execFile)
const hasOpenssl = await run('openssl', ['version']).then(
  () => true,
  () => false,
)
const hasPsql = await run('psql', ['--version']).then(
  () => true,
  () => false,
)

/** Makes an authority, or with one a certificate that it has signed. */
async function makeCertificate(cwd: string, name: string, altName: string, authority?: string): Promise<void> {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`]
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${altName}`]
  const signer = authority === undefined ? [] : ['-CA', `${authority}.crt`, '-CAkey', `${authority}.key`]
  const kind = ['-addext', `basicConstraints=critical,CA:${authority === undefined ? 'TRUE' : 'FALSE'}`]
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject, ...kind, ...signer]
  await run('openssl', args, { cwd })
}

describe.skipIf(!hasOpenssl)('an encrypted connection', () => {
  let folder: string
  let server: EmbeddedTarget

  /** Has the server show another certificate to those who come from now on. */
  async function showCertificate(name: string): Promise<void> {
    const { uid, gid } = await stat(server.dataDir)
    for (const extension of ['key', 'crt']) {
      const file = join(server.dataDir, `server.${extension}`)
      await copyFile(join(folder, `${name}.${extension}`), file)
      await chown(file, uid, gid)
    }
    const admin = await connect(server.connection)
    await admin.query(`ALTER SYSTEM SET ssl = on`)
    const loaded = 'SELECT pg_conf_load_time()::text AS at'
    const before = await admin.query<{ at: string }>(loaded)
    await admin.query('SELECT pg_reload_conf()')
    // The postmaster loads the certificate before it tells its children to read their settings again.
    while ((await admin.query<{ at: string }>(loaded)).rows[0]?.at === before.rows[0]?.at);
    await admin.end()
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cdc-test-tls-'))
    await makeCertificate(folder, 'authority', 'DNS:authority.invalid')
    await makeCertificate(folder, 'other', 'IP:127.0.0.1')
    await makeCertificate(folder, 'server', 'DNS:db.invalid', 'authority')
    await makeCertificate(folder, 'named', 'DNS:localhost', 'authority')
    await makeCertificate(folder, 'numbered', 'IP:127.0.0.1', 'authority')
    await writeFile(join(folder, 'garbage.crt'), 'no certificate')
    server = await startEmbedded()
    await showCertificate('server')
  })

  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  async function isEncrypted(options: Partial<ConnectionOptions>): Promise<boolean | undefined> {
    const client = await connect({ ...server.connection, ...options })
    const { rows } = await client.query<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
    await client.end()
    return rows[0]?.ssl
  }

  test('is not encrypted unless asked for', async () => {
    expect(await isEncrypted({ sslmode: 'disable' })).toBe(false)
  })

  test('require takes any certificate', async () => {
    expect(await isEncrypted({ sslmode: 'require' })).toBe(true)
  })

  test('require checks the certificate when there is one to check it with, as in libpq', async () => {
    expect(await isEncrypted({ sslmode: 'require', sslrootcert: join(folder, 'authority.crt') })).toBe(true)
    await expect(isEncrypted({ sslmode: 'require', sslrootcert: join(folder, 'other.crt') })).rejects.toThrow(
      cdcError('ERR_CDC_TARGET', '127.0.0.1', 'CLOUDBERRY_SSLROOTCERT'),
    )
  })

  test('verify-ca checks who signed, not the host', async () => {
    expect(await isEncrypted({ sslmode: 'verify-ca', sslrootcert: join(folder, 'authority.crt') })).toBe(true)
    await expect(isEncrypted({ sslmode: 'verify-ca' })).rejects.toThrow(
      cdcError('ERR_CDC_TARGET', '127.0.0.1', 'CLOUDBERRY_SSLROOTCERT'),
    )
  })

  test('verify-full also checks the host', async () => {
    await expect(isEncrypted({ sslmode: 'verify-full', sslrootcert: join(folder, 'authority.crt') })).rejects.toThrow(
      cdcError('ERR_CDC_TARGET', '127.0.0.1', 'altnames'),
    )
  })

  test('verify-full takes a certificate for the name, and one for the address, that was connected to', async () => {
    const options = { sslmode: 'verify-full', sslrootcert: join(folder, 'authority.crt') } as const
    await showCertificate('named')
    expect(await isEncrypted({ ...options, host: 'localhost' })).toBe(true)
    await expect(isEncrypted({ ...options, host: '127.0.0.1' })).rejects.toThrow(
      cdcError('ERR_CDC_TARGET', '127.0.0.1', 'altnames'),
    )
    await showCertificate('numbered')
    expect(await isEncrypted({ ...options, host: '127.0.0.1' })).toBe(true)
    await expect(isEncrypted({ ...options, host: 'localhost' })).rejects.toThrow(
      cdcError('ERR_CDC_TARGET', 'localhost', 'altnames'),
    )
    await showCertificate('server')
  })

  test.for(['require', 'verify-ca', 'verify-full'] as const)(
    '%s refuses what another one has signed',
    async (sslmode) => {
      for (const name of ['other.crt', 'garbage.crt']) {
        await expect(isEncrypted({ sslmode, sslrootcert: join(folder, name) })).rejects.toThrow(
          cdcError('ERR_CDC_TARGET', '127.0.0.1', 'CLOUDBERRY_SSLROOTCERT'),
        )
      }
      await expect(isEncrypted({ sslmode, sslrootcert: join(folder, 'none.crt') })).rejects.toThrow(
        cdcError('ERR_CDC_OPTIONS', '`sslrootcert`', 'ENOENT', 'none.crt', 'CLOUDBERRY_SSLROOTCERT'),
      )
    },
  )

  test.for(['require', 'verify-ca', 'verify-full'] as const)(
    '%s refuses a server without encryption',
    async (sslmode) => {
      await expect(connect({ ...testConnection(), sslmode })).rejects.toThrow(
        cdcError('ERR_CDC_TARGET', '127.0.0.1', 'CLOUDBERRY_SSLMODE'),
      )
    },
  )

  test('a wire encrypts to the server, also for a job that would rather bind its password to that', async () => {
    await using wire = await openWire({ connection: { ...server.connection, sslmode: 'require' } })
    const { connection } = wire
    expect(await isEncrypted(connection)).toBe(true)
    const libpq = { PGPASSWORD: connection.password, PGSSLMODE: 'prefer', PGCHANNELBINDING: 'prefer' }
    const { host, port, user, database } = connection
    const args = ['-h', host, '-p', `${port}`, '-U', user, '-d', database, '-Atc', 'SELECT 7']
    if (hasPsql) expect((await run('psql', args, { env: { ...process.env, ...libpq } })).stdout).toBe('7\n')
  })

  test('the command line, and the fixtures with the job that they give a connection to, keep to it', async () => {
    await showCertificate('named')
    const sslrootcert = join(folder, 'authority.crt')
    const connection = { ...server.connection, host: 'localhost', sslmode: 'verify-full', sslrootcert } as const
    const args = ['--create-tables', '--total-batches', '2', '--batch-interval', '0', '--batch-size', '10']
    expect(await runCli({ args, connection })).toMatchObject({ code: 0, stderr: '' })
    const wrong = { ...connection, sslrootcert: join(folder, 'other.crt') }
    expectOneLine(await runCli({ args, connection: wrong }), 1, /CLOUDBERRY_SSLROOTCERT/, connection.password)

    const files = {
      'tls.spec.ts': `
import { Client } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
const test = withCdcStream({ batches: 2, interval: 0 })
test('is encrypted', async ({ cdcStream, cloudberry }) => {
  await cdcStream.start()
  await cdcStream.finished
  const client = new Client({ connectionString: cloudberry.connectionString })
  await client.connect()
  const count = "SELECT ssl, (SELECT count(*)::int4 FROM store_sales_heap) > 0 AS rows FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
  for (const session of [client, cloudberry.pool]) expect((await session.query(count)).rows).toEqual([{ ssl: true, rows: true }])
  const open = "SELECT bool_and(ssl) AS all FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = current_user"
  expect((await client.query(open)).rows).toEqual([{ all: true }])
  await client.end()
})
`,
    }
    const env = { ...connectionVariables(connection), CDC_TARGET: 'configured' }
    const inner = await runVitest({ env, files })
    expect(inner.tests, inner.output).toMatchObject([{ status: 'passed' }])
    await showCertificate('server')
  })
})
