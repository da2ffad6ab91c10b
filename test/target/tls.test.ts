import { execFile } from 'node:child_process'
import { chown, copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../src/target/connect.js'
import type { ConnectionOptions } from '../../src/target/connection.js'
import { type EmbeddedTarget, startEmbedded } from '../../src/target/embedded.js'

const run = promisify(execFile)
const hasOpenssl = await run('openssl', ['version']).then(
  () => true,
  () => false,
)

describe.skipIf(!hasOpenssl)('an encrypted connection', () => {
  let folder: string
  let server: EmbeddedTarget

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cdc-test-tls-'))
    for (const [name, host] of [
      ['server', 'db.invalid'],
      ['other', '127.0.0.1'],
    ] as const) {
      const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`]
      const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`]
      await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject], {
        cwd: folder,
      })
    }
    server = await startEmbedded()
    const { uid, gid } = await stat(server.dataDir)
    for (const name of ['server.key', 'server.crt']) {
      await copyFile(join(folder, name), join(server.dataDir, name))
      await chown(join(server.dataDir, name), uid, gid)
    }
    const admin = await connect(server.connection)
    await admin.query(`ALTER SYSTEM SET ssl = on`)
    await admin.query('SELECT pg_reload_conf()')
    await admin.end()
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
    expect(await isEncrypted({ sslmode: 'require', sslrootcert: join(folder, 'server.crt') })).toBe(true)
    await expect(isEncrypted({ sslmode: 'require', sslrootcert: join(folder, 'other.crt') })).rejects.toThrow(
      /^Expected an encrypted connection to .*CLOUDBERRY_SSLROOTCERT\.$/,
    )
  })

  test('verify-ca checks who signed, not the host', async () => {
    expect(await isEncrypted({ sslmode: 'verify-ca', sslrootcert: join(folder, 'server.crt') })).toBe(true)
    await expect(isEncrypted({ sslmode: 'verify-ca' })).rejects.toThrow('Expected an encrypted connection to')
  })

  test('verify-full also checks the host', async () => {
    await expect(isEncrypted({ sslmode: 'verify-full', sslrootcert: join(folder, 'server.crt') })).rejects.toThrow(
      /^Expected an encrypted connection to 127\.0\.0\.1:\d+, got: .*altnames.*\.$/,
    )
  })
})
