import type { Pool } from 'pg'
import { describe, expect, inject } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { auditPipeline, endsOf, goesOn } from '../support/audit-pipeline.js'
import type { FieldTool } from '../support/field-run.js'
import { loads } from '../support/loads.js'
import { SinkDatabase, tables } from '../support/sink-database.js'
import { Subscription } from './subscription.js'

const debian = inject('debian')

describe.skipIf(!debian)('native replication', () => {
  // #region loads
  for (const [load, options] of Object.entries(loads)) {
    withCdcStream(options)(`${load}: every read is a commit`, async ({ cdcStream, cloudberry, signal }) => {
      const { pool: source, schema, connectionString } = cloudberry
      await using sink = await SinkDatabase.make(debian!, schema)
      await source.query(`CREATE PUBLICATION ${schema} FOR TABLE ${tables.join(', ')}`)
      await cdcStream.start()
      await cdcStream.reached(8) // the first copy is made under load
      await using subscription = await Subscription.make(sink, connectionString)
      await subscription.copied(signal)
      const audit = await auditPipeline(cdcStream, {
        tool: await toolOf(source, sink.pool, load),
        ...endsOf(source, sink),
      })
      expect(audit.grade, audit.because).toBe('exact')
    })
  }
  // #endregion loads

  // #region copy
  withCdcStream(loads.hazards)(
    'while the first copies are made, each table is a commit',
    async ({ cdcStream, cloudberry, signal }) => {
      const { pool: source, schema, connectionString } = cloudberry
      await using sink = await SinkDatabase.make(debian!, schema)
      await source.query(`CREATE PUBLICATION ${schema} FOR TABLE ${tables.join(', ')}`)
      await cdcStream.start()
      await cdcStream.reached(30)
      await using subscription = await Subscription.make(sink, connectionString)
      const audit = await auditPipeline(cdcStream, {
        tool: await toolOf(source, sink.pool, 'first copy under load'),
        ...endsOf(source, sink),
        while: async () => {
          await subscription.copied(signal)
          await goesOn(cdcStream, 30)
        },
      })
      expect(['exact', 'per table'], audit.because).toContain(audit.grade)
    },
  )
  // #endregion copy

  // #region kill
  withCdcStream(loads.hazards)(
    'kill -9 of what applies: every read is a commit',
    async ({ cdcStream, cloudberry, signal }) => {
      const { pool: source, schema, connectionString } = cloudberry
      await using sink = await SinkDatabase.make(debian!, schema)
      await source.query(`CREATE PUBLICATION ${schema} FOR TABLE ${tables.join(', ')}`)
      await cdcStream.start()
      await using subscription = await Subscription.make(sink, connectionString)
      await subscription.copied(signal)
      const audit = await auditPipeline(cdcStream, {
        tool: await toolOf(source, sink.pool, 'kill -9, twice'),
        ...endsOf(source, sink),
        while: async () => {
          for (let kill = 1; kill <= 2; kill++) {
            await goesOn(cdcStream, 50)
            await subscription.kill(signal)
          }
          await goesOn(cdcStream, 50)
        },
        within: 30_000,
      })
      expect(audit.failed.reads).toBeGreaterThan(0)
      expect(audit.grade, audit.because).toBe('exact')
    },
  )
  // #endregion kill
})

async function toolOf(source: Pool, sink: Pool, load: string): Promise<FieldTool> {
  const versions = await Promise.all(
    [source, sink].map((pool) => pool.query<{ server_version: string }>('SHOW server_version')),
  )
  const [from, to] = versions.map(({ rows }) => rows[0]!.server_version.split(' ')[0])
  return {
    pipeline: 'native-replication',
    tool: 'CREATE SUBSCRIPTION',
    version: `PostgreSQL ${from} to ${to}`,
    load,
    promises: 'transactional consistency within a subscription',
  }
}
