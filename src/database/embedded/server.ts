import { rm } from 'node:fs/promises'
import pRetry from 'p-retry'
import { findAccount } from './account.js'
import { openCacheFolder } from './cache-folder.js'
import { keptDataFolder, temporaryDataFolder } from './data-folder.js'
import type { ConnectionOptions } from '../connection/connection.js'
import { freePort } from './free-port.js'
import { PortTakenError, startPostgres } from './postgres-process.js'
import { findServerPackage } from './server-package.js'
import { makeSpare } from './spare.js'
import { EMBEDDED_NAME } from './template.js'

/** What the parent tells the host to start. */
export interface HostConfig {
  /** An absolute path; a temporary folder if absent. */
  readonly dataDir?: string
}

/** The one line that the host prints. */
export type HostReport =
  | {
      readonly type: 'ready'
      readonly connection: Omit<ConnectionOptions, 'schema'>
      readonly pid: number
      readonly dataDir: string
    }
  | { readonly type: 'failed'; readonly kind: 'options' | 'target'; readonly message: string; readonly detail: string }

/** A server in this process' care. */
export interface Server {
  readonly report: Extract<HostReport, { readonly type: 'ready' }>
  /** Ends the server, and removes its data if they are temporary. */
  stop(): Promise<void>
}

/** Milliseconds from a start to the making of the next one's data folder: not before the first tests have begun, and not for a run that is over by then. */
const SPARE_DELAY = 1_000
const SPARE_TIMEOUT = 5_000

/** Does all that it takes to have PostgreSQL running. */
export async function startServer(config: HostConfig, signal: AbortSignal): Promise<Server> {
  const account = await findAccount()
  const cache = await openCacheFolder(account)
  const server = await findServerPackage(cache, account)
  const context = { server, cache, account, signal }
  const data = await (config.dataDir === undefined
    ? temporaryDataFolder(context)
    : keptDataFolder(config.dataDir, context))
  const remove = async (): Promise<void> => {
    if (data.temporary) await rm(data.path, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    const { port, process } = await pRetry(
      async () => {
        const port = await freePort()
        return { port, process: await startPostgres(context, data, port) }
      },
      { retries: 4, minTimeout: 0, shouldRetry: ({ error }) => error instanceof PortTakenError },
    )
    const login = { database: EMBEDDED_NAME, user: EMBEDDED_NAME, password: data.password }
    const spare = data.temporary
      ? later(SPARE_DELAY, () => makeSpare({ ...context, signal: AbortSignal.timeout(SPARE_TIMEOUT) }))
      : undefined
    return {
      report: {
        type: 'ready',
        connection: { host: '127.0.0.1', port, ...login, sslmode: 'disable' },
        pid: process.pid,
        dataDir: data.path,
      },
      stop: async () => {
        await process.stop()
        await Promise.all([remove(), spare?.()])
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Does something in a while. What goes wrong is left to whoever needs its result. Returns how to give it up, or wait for its end. */
function later(milliseconds: number, work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  const begin = (): void => void (done = work().catch(() => {}))
  const timer = setTimeout(begin, milliseconds)
  return async () => {
    clearTimeout(timer)
    await done
  }
}
