import { randomUUID } from 'node:crypto'
import { withoutBrackets } from '../connection/is-loopback.js'
import type { GenericContainer } from 'testcontainers'
import type { ConnectionOptions, StartedTarget } from '../connection/connection.js'
import { loadMysql } from '../mysql/driver.js'
import { CloudberryContainer } from './cloudberry-container.js'
import type { ContainerSettings } from './container-settings.js'
import { fetchImage, findEngine, startReaper } from './engine.js'
import { loadPackage } from './load-package.js'
import type { PostgresContainer } from './postgres-container.js'
import { removeContainer } from './remove-container.js'

/** Finds our containers: `docker ps --all --filter label=vitest-cloudberry-cdc`. */
export const CONTAINER_LABEL = 'vitest-cloudberry-cdc'

/**
 * Does all that it takes to have a database in a container. When it fails, no container is left.
 *
 * @throws TargetError
 * @throws the signal's reason
 */
export async function startContainer(
  settings: ContainerSettings,
  schema: string,
  signal: AbortSignal | undefined,
): Promise<StartedTarget> {
  const { container, start } = await define(settings, schema)
  const runtime = await findEngine(signal)
  await fetchImage(runtime, settings.image, signal)
  await startReaper(runtime, signal)
  container.withLabels({ [CONTAINER_LABEL]: randomUUID() })
  const { started, connection } = await start(signal)
  let end: Promise<void> | undefined
  return {
    kind: 'container',
    createTables: true,
    connection,
    [Symbol.asyncDispose]: () => (end ??= removeContainer(started.getId())),
  }
}

/** A container that is not started yet. */
interface Startable {
  readonly container: GenericContainer
  readonly start: (
    signal: AbortSignal | undefined,
  ) => Promise<{ readonly started: { getId(): string }; readonly connection: ConnectionOptions }>
}

async function define(settings: ContainerSettings, schema: string): Promise<Startable> {
  const { kind } = settings
  if (kind === 'mysql' || kind === 'mariadb') {
    // Before anything is started: without it, nothing could be asked.
    await loadMysql()
    const { MysqlContainer } = await import('./mysql-container.js')
    const container = new MysqlContainer(settings)
    return { container, start: (signal) => container.serve(schema, signal) }
  }
  const container = await definePostgres(settings)
  return {
    container,
    start: async (signal) => {
      const started = await container.start(signal ? { signal } : {})
      const connection = {
        host: withoutBrackets(started.getHost()),
        port: started.getPort(),
        database: started.getDatabase(),
        user: started.getUsername(),
        password: started.getPassword(),
        schema,
        sslmode: 'disable',
      } as const
      return { started, connection }
    },
  }
}

async function definePostgres(settings: ContainerSettings): Promise<PostgresContainer | CloudberryContainer> {
  const { kind, image, startTimeout, readyLine } = settings
  if (kind === 'postgres') {
    await loadPackage(() => import('@testcontainers/postgresql'))
    const { PostgresContainer } = await import('./postgres-container.js')
    return new PostgresContainer(settings)
  }
  const container = new CloudberryContainer(image).withStartupTimeout(startTimeout)
  return readyLine ? container.withReadyLine(readyLine) : container
}
