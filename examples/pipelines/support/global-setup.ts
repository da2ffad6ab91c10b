import type { TestProject } from 'vitest/node'
import type { ConnectionOptions } from '../../../src/database/connection/connection.js'
import { hasKafka } from '../../../test/support/kafka-server.js'
import { startDebianPostgres } from '../../../test/support/debian-postgres.js'
import { hasDbt } from '../dbt/dbt.js'
import { hasKafkaConnect } from '../debezium/kafka-connect.js'
import { hasDlt } from '../dlt/dlt.js'
import { hasDuckdb } from '../duckdb/duckdb-copy.js'
import { hasPgcopydb } from '../pgcopydb/pgcopydb.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Debian's PostgreSQL 15, with wal2json; undefined where it is not installed. */
    debian: ConnectionOptions | undefined
  }
}

/** Starts the server that the embedded one is replicated to. The embedded one is that of the fixtures. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = Object.entries({ dbt: hasDbt, dlt: hasDlt, DuckDB: hasDuckdb, pgcopydb: hasPgcopydb })
  for (const [name, isThere] of [...missing, ['Debezium', hasKafkaConnect && hasKafka()] as const]) {
    if (!isThere) console.log(`The pipeline of ${name} is skipped: what it needs is not installed.`)
  }
  const server = await startDebianPostgres()
  if (!server)
    console.log("Pipelines into PostgreSQL 15 are skipped: Debian's postgresql-15 or its wal2json is not installed.")
  project.provide('debian', server?.connection)
  return async () => server?.[Symbol.asyncDispose]()
}
