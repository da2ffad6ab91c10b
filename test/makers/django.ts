import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'

/** Migrates a database by the programs of a Django project, all of whose settings are in `project.py`. */
export function migrateDjango(connection: ConnectionOptions, venv: string): Promise<void> {
  const { host, port, user, password, database } = connection
  const { status, stderr } = spawnSync(
    join(venv, 'bin/python'),
    [join(import.meta.dirname, 'project.py'), 'migrate', '--verbosity=0'],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        PGHOST: host,
        PGPORT: String(port),
        PGUSER: user,
        PGPASSWORD: password ?? '',
        PGDATABASE: database,
      },
    },
  )
  return status === 0
    ? Promise.resolve()
    : Promise.reject(
        new Error(`Expected the project to be migrated, got: ${stderr.trim().split('\n').slice(-3).join(' ')}`),
      )
}
