import { connectionFromEnvironment } from './connection/check-connection.js'
import type { ConnectionOptions } from './connection/connection.js'
import type { Environment } from './connection/environment.js'
import type { StartedTarget } from './started-target.js'

/**
 * The database that CLOUDBERRY_HOST and its like name. It is not asked anything yet.
 *
 * @throws OptionsError that names the variable which is missing or wrong
 */
export function openConfigured(environment: Environment): StartedTarget {
  return existing(connectionFromEnvironment(environment))
}

/** A database that is there and stays when the target is disposed. */
export function existing(connection: ConnectionOptions): StartedTarget {
  return { kind: 'configured', connection, createTables: false, [Symbol.asyncDispose]: () => Promise.resolve() }
}
