import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'

/** A server without a database, to connect to. */
export async function startNullPostgres(): Promise<AsyncDisposable & { readonly connection: ConnectionOptions }> {
  const worker = new Worker(new URL('./null-postgres.js', import.meta.url))
  const [{ port }] = (await once(worker, 'message')) as [AddressInfo]
  const connection = { host: '127.0.0.1', port, database: 'none', user: 'nobody', password: '', schema: 'bench' }
  return { connection, [Symbol.asyncDispose]: async () => void (await worker.terminate()) }
}
