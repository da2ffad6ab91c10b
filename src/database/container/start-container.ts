import { randomUUID } from 'node:crypto'
import type { ConnectionOptions } from '../connection/connection.js'
import { withoutBrackets } from '../connection/is-loopback.js'
import { CloudberryContainer } from './cloudberry-container.js'
import type { ContainerSettings } from './container-settings.js'
import { fetchImage, findEngine, startReaper } from './engine.js'
import { loadPackage } from './load-package.js'
import type { PostgresContainer } from './postgres-container.js'
import { removeContainer } from './remove-container.js'

/** A container whose database serves. */
export interface RunningContainer {
  readonly connection: Omit<ConnectionOptions, 'schema'>
  remove(): Promise<void>
}

/** Finds our containers: `docker ps --all --filter label=vitest-cloudberry-cdc`. */
export const CONTAINER_LABEL = 'vitest-cloudberry-cdc'

/**
 * Does all that it takes to have a database in a container. When it fails, no container is left.
 *
 * @throws TargetError
 * @throws the signal's reason
 */
export async function startContainer(settings: ContainerSettings, signal?: AbortSignal): Promise<RunningContainer> {
  const container = await define(settings)
  const runtime = await findEngine(signal)
  await fetchImage(runtime, settings.image, signal)
  await startReaper(runtime, signal)
  container.withLabels({ [CONTAINER_LABEL]: randomUUID() })
  const started = await container.start(signal ? { signal } : {})
  return {
    connection: {
      host: withoutBrackets(started.getHost()),
      port: started.getPort(),
      database: started.getDatabase(),
      user: started.getUsername(),
      password: started.getPassword(),
      sslmode: 'disable',
    },
    remove: () => removeContainer(started.getId()),
  }
}

async function define(settings: ContainerSettings): Promise<PostgresContainer | CloudberryContainer> {
  const { kind, image, startTimeout, readyLine } = settings
  if (kind === 'postgres') {
    await loadPackage(() => import('@testcontainers/postgresql'))
    const { PostgresContainer } = await import('./postgres-container.js')
    return new PostgresContainer(settings)
  }
  const container = new CloudberryContainer(image).withStartupTimeout(startTimeout)
  return readyLine ? container.withReadyLine(readyLine) : container
}
