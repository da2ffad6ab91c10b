import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { auditPipeline, endsOf, goesOn } from '../support/audit-pipeline.js'
import type { FieldTool } from '../support/field-run.js'
import { loads } from '../support/loads.js'
import { SinkDatabase } from '../support/sink-database.js'
import { hasPgcopydb, Pgcopydb, pgcopydbVersion } from './pgcopydb.js'

const debian = inject('debian')
/** It copies a whole database, so that the source has one of its own. */
const DATABASE = 'pgcopydb_source'
const TOOL: Omit<FieldTool, 'load'> = {
  pipeline: 'pgcopydb',
  tool: 'pgcopydb, clone --follow',
  version: pgcopydbVersion,
  promises: 'a copy of the database, then its changes',
}

describe.skipIf(!debian || !hasPgcopydb)('pgcopydb', () => {
  async function onServer(...statements: readonly string[]): Promise<void> {
    const { schema: _, ...place } = debian!
    const client = new Client({ ...place, ssl: false })
    await client.connect()
    for (const sql of statements) await client.query(sql)
    await client.end()
  }
  beforeAll(() => onServer(`CREATE DATABASE ${DATABASE}`))
  afterAll(() => onServer(`DROP DATABASE ${DATABASE} WITH (FORCE)`))

  // #region test
  for (const [load, options] of Object.entries(loads)) {
    withCdcStream({ ...options, target: { ...debian!, database: DATABASE } })(
      load,
      async ({ cdcStream, cloudberry, signal }) => {
        const { pool: source, schema, connectionString } = cloudberry
        await using sink = await SinkDatabase.make(debian!, schema, { filled: false })
        await cdcStream.start()
        await cdcStream.reached(8) // the copy is made under load
        await using pgcopydb = await Pgcopydb.start(connectionString, sink.connectionString, schema, signal)
        let code: number | null | undefined = null
        const audit = await auditPipeline(cdcStream, {
          tool: { ...TOOL, load },
          ...endsOf(source, sink),
          while: async () => {
            await goesOn(cdcStream, 150)
            await cdcStream.pause()
            code = await pgcopydb.finish(60_000)
          },
          within: 1_000,
          note: () => `Its exit code was ${code ?? 'none in a minute'}; it told ${pgcopydb.firstError ?? 'no error'}.`,
        })
        // Numbers are rounded where changes were applied; where an error ended that early, they are missing.
        expect(['lossy', 'wrong'], audit.because).toContain(audit.grade)
      },
    )
  }
  // #endregion test
})
