import { inject } from 'vitest'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { connectionVariables } from '../cli/support/cli-process.js'
import { useClient, useRole, useSchema } from './server.js'
import './global-setup.js'

/** The run's server as a configured one, for inner Vitest runs, with a role that tells their sessions apart. */
export interface ConfiguredServer {
  readonly connection: ConnectionOptions
  readonly env: Readonly<Record<string, string>>
  /** What inner runs left behind: sessions, schemas, slots, publications. */
  leftovers(): Promise<string[]>
}

export async function useConfiguredServer(): Promise<ConfiguredServer> {
  const connection = await useRole({ ...inject('testServer'), schema: (await useSchema()).schema })
  const client = await useClient()
  return {
    connection,
    env: { ...connectionVariables(connection), CDC_TARGET: 'configured' },
    leftovers: async () => {
      const { rows } = await client.query<{ what: string }>(
        `SELECT 'session ' || pid || ' ' || query AS what FROM pg_stat_activity WHERE usename = $1
         UNION ALL SELECT 'schema ' || nspname FROM pg_namespace JOIN pg_roles r ON r.oid = nspowner WHERE rolname = $1
         UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE slot_name LIKE 'cdc\\_%'
         UNION ALL SELECT 'publication ' || pubname FROM pg_publication JOIN pg_roles r ON r.oid = pubowner WHERE rolname = $1`,
        [connection.user],
      )
      return rows.map(({ what }) => what)
    },
  }
}
