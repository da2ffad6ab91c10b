import { describe, expect, inject } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { auditPipeline, endsOf, goesOn } from '../support/audit-pipeline.js'
import { endWithTest } from '../support/end-with-test.js'
import type { FieldTool } from '../support/field-run.js'
import { loads } from '../support/loads.js'
import { SinkDatabase } from '../support/sink-database.js'
import { CREATE_PROGRESS } from './apply-transaction.js'
import { Wal2jsonPipe } from './pipe.js'

const debian = inject('debian')
const TOOL: Omit<FieldTool, 'load'> = {
  pipeline: 'wal2json',
  tool: 'wal2json, pg_recvlogical',
  version: 'wal2json 2.5, PostgreSQL 15',
  promises: 'each change once it is committed, in order; after a crash some again',
}

describe.skipIf(!debian)('wal2json', () => {
  // #region test
  for (const [load, options] of [...Object.entries(loads), ['kill -9, twice', loads.hazards] as const]) {
    withCdcStream({ ...options, target: debian! })(load, async ({ cdcStream, cloudberry }) => {
      const { pool: source, schema, connectionString } = cloudberry
      await using sink = await SinkDatabase.make(debian!, schema)
      await sink.pool.query(CREATE_PROGRESS)
      await source.query(`SELECT pg_create_logical_replication_slot($1, 'wal2json')`, [schema])
      await cdcStream.start()
      await using pipe = endWithTest(new Wal2jsonPipe(connectionString, schema, sink.pool))
      const audit = await auditPipeline(cdcStream, {
        tool: { ...TOOL, load },
        ...endsOf(source, sink),
        while: async () => {
          for (let part = 1; part <= 3; part++) {
            await goesOn(cdcStream, 40)
            if (load.startsWith('kill') && part < 3) await pipe.kill()
          }
        },
        within: 30_000,
      })
      expect(audit.grade, audit.because).toBe('exact')
    })
  }
  // #endregion test
})
