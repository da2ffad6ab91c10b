import type { DatabaseClient } from './client.js'
import type { ConnectionOptions, ConnectOptions } from './connection/connection.js'
import { connect as connectMysql } from './mysql/connect.js'
import { connect as connectPostgres } from './postgres/connect.js'

/**
 * Logs in. The caller ends the session. A session that is lost while it is idle does not end the process: its next
 * query fails instead.
 *
 * @throws TargetError in one line; its `cause` has the SQLSTATE, or the system's error code, as `code`
 * @throws OptionsError when `sslrootcert` cannot be read
 * @throws the signal's reason
 */
export function connect(connection: ConnectionOptions, options?: ConnectOptions): Promise<DatabaseClient> {
  return connection.protocol === 'mysql' ? connectMysql(connection, options) : connectPostgres(connection, options)
}
