import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { PostgresClient } from '../../src/database/postgres/client.js'
import { testConnection } from '../support/server.js'

/** Migrates the database of a session by the programs of a Django project, all of whose settings are in `project.py`. */
export async function migrateDjango(client: PostgresClient, venv: string, project: string): Promise<void> {
  const { rows } = await client.query<{ database: string }>('SELECT current_database() AS database')
  const { host, port, user, password } = testConnection()
  const { status, stderr } = spawnSync(
    join(venv, 'bin/python'),
    [join(import.meta.dirname, 'project.py'), 'migrate', '--verbosity=0'],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        PROJECT: project,
        PGHOST: host,
        PGPORT: String(port),
        PGUSER: user,
        PGPASSWORD: password ?? '',
        PGDATABASE: rows[0]!.database,
      },
    },
  )
  if (status !== 0) throw new Error(`Expected ${project} to be migrated, got: ${stderr}`)
}
