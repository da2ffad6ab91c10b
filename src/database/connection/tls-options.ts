import { readFile } from 'node:fs/promises'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { OptionsError } from '../../errors.js'
import type { ConnectionOptions } from './connection.js'
import { oneLine } from '../one-line.js'

/** What pg is told about encryption. `false` also keeps pg from looking at PGSSLMODE. */
export async function tlsOptions({ sslmode = 'disable', sslrootcert }: ConnectionOptions): Promise<false | TlsOptions> {
  if (sslmode === 'disable') return false
  const ca = sslrootcert === undefined ? {} : { ca: await readCertificates(sslrootcert) }
  if (sslmode === 'verify-full') return { ...ca, rejectUnauthorized: true }
  // https://www.postgresql.org/docs/14/libpq-ssl.html#LIBQ-SSL-CERTIFICATES: with a root certificate, `require` verifies.
  if (sslmode === 'require' && sslrootcert === undefined) return { rejectUnauthorized: false }
  return { ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined }
}

async function readCertificates(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const got = oneLine((cause as Error).message)
    throw new OptionsError(
      `Expected \`sslrootcert\` to be a readable file, got ${got}. Correct CLOUDBERRY_SSLROOTCERT.`,
      { cause },
    )
  }
}
