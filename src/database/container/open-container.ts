import type { Environment } from '../connection/environment.js'
import type { StartedTarget } from '../connection/connection.js'
import { readContainerSettings } from './container-settings.js'
import { loadPackage } from './load-package.js'

export interface ContainerOptions {
  /** @default CDC_CONTAINER_IMAGE, or Cloudberry's */
  readonly image?: string
  readonly environment: Environment
  /** The schema that holds the tables. @default 'tpcds' */
  readonly schema?: string | undefined
  /** Gives up starting. Has no effect on a container that runs: dispose it. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Starts Cloudberry, PostgreSQL, MySQL or MariaDB in a container, which goes when the target is disposed. When the process is killed,
 * Testcontainers' own container removes it.
 *
 * @throws OptionsError when a variable is wrong
 * @throws TargetError without Docker, without Testcontainers, without the image, or when the container does not start
 * @throws the signal's reason
 */
export async function openContainer(options: ContainerOptions): Promise<StartedTarget> {
  const { image, environment, schema = 'tpcds', signal } = options
  signal?.throwIfAborted()
  const settings = readContainerSettings(environment, image)
  await loadPackage(() => import('testcontainers'))
  const { startContainer } = await import('./start-container.js')
  return startContainer(settings, schema, signal)
}
