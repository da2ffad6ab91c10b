import { Client, type ClientBase, DatabaseError, escapeIdentifier } from 'pg'
import type { ReplicationClientConfig } from 'pg-logical-replication'
import { COPIES } from './sink-tables.js'

/**
 * Makes the publication and the slot, both of one name, and fills the copies with what the tables held at the moment from which on the slot reports changes:
 * the snapshot that comes with a new slot. So nothing is there twice and nothing is left out, however busy the tables are.
 */
export async function copyInitially(client: ClientBase, replicationString: string, name: string): Promise<void> {
  const config: ReplicationClientConfig = { connectionString: replicationString, replication: 'database' }
  const replication = new Client(config)
  replication.on('error', () => {})
  await replication.connect()
  try {
    // Both are there already if this was interrupted the last time.
    await dropSlot(replication, name)
    await client.query(`DROP PUBLICATION IF EXISTS ${escapeIdentifier(name)}`)
    const tables = Object.keys(COPIES).join(', ')
    await client.query(`CREATE PUBLICATION ${escapeIdentifier(name)} FOR TABLE ${tables}`)
    const { rows } = await replication.query<{ snapshot_name: string }>(
      `CREATE_REPLICATION_SLOT ${escapeIdentifier(name)} LOGICAL pgoutput EXPORT_SNAPSHOT`,
    )
    // The snapshot is there until the session that made it does something else.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await client.query(`SET TRANSACTION SNAPSHOT '${rows[0]!.snapshot_name}'`)
    for (const [source, copy] of Object.entries(COPIES)) {
      await client.query(`INSERT INTO ${copy} SELECT * FROM ${source}`)
    }
    await client.query("INSERT INTO sink_progress VALUES ('0/0', 0, 0)")
    await client.query('COMMIT')
  } finally {
    await replication.end()
  }
}

/** A session that read it before may just be ending: WAIT waits for it. */
async function dropSlot(replication: Client, name: string): Promise<void> {
  try {
    await replication.query(`DROP_REPLICATION_SLOT ${escapeIdentifier(name)} WAIT`)
  } catch (error) {
    const isGone = error instanceof DatabaseError && error.code === '42704'
    if (!isGone) throw error
  }
}
