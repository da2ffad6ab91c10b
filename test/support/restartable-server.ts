import { rm } from 'node:fs/promises'
import { findAccount } from '../../src/database/embedded/account.js'
import { openCacheFolder } from '../../src/database/embedded/cache-folder.js'
import { temporaryDataFolder } from '../../src/database/embedded/data-folder.js'
import { freePort } from '../../src/database/embedded/free-port.js'
import { startPostgres } from '../../src/database/embedded/postgres-process.js'
import { findServerPackage } from '../../src/database/embedded/server-package.js'
import { EMBEDDED_NAME } from '../../src/database/embedded/template.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'

/** A server of one test's own, that can be stopped and started again on the same data and port. */
export interface RestartableServer extends AsyncDisposable {
  readonly connection: ConnectionOptions
  start(): Promise<void>
  /** `immediate` is a crash: nothing is written to disk any more, and recovery runs at the next start. */
  stop(mode: 'fast' | 'immediate'): Promise<void>
}

export async function restartableServer(): Promise<RestartableServer> {
  const account = await findAccount()
  const cache = await openCacheFolder(account)
  const server = await findServerPackage(cache, account)
  const context = { server, cache, account, signal: new AbortController().signal }
  const data = await temporaryDataFolder(context)
  const port = await freePort()
  let running = await startPostgres(context, data, port)
  return {
    connection: {
      host: '127.0.0.1',
      port,
      database: EMBEDDED_NAME,
      user: EMBEDDED_NAME,
      password: data.password,
      schema: 'tpcds',
      sslmode: 'disable',
    },
    start: async () => {
      running = await startPostgres(context, data, port)
    },
    stop: async (mode) => {
      if (mode === 'immediate') process.kill(running.pid, 'SIGQUIT')
      await running.stop()
    },
    [Symbol.asyncDispose]: async () => {
      await running.stop()
      await rm(data.path, { recursive: true, force: true })
    },
  }
}
