import { describe, expect, inject } from 'vitest'
import { withCdcStream, type Cloudberry } from 'vitest-cloudberry-cdc'
import { hasKafka, startKafka } from '../../../test/support/kafka-server.js'
import { auditPipeline, endsOf, goesOn } from '../support/audit-pipeline.js'
import { endWithTest } from '../support/end-with-test.js'
import { loads } from '../support/loads.js'
import { SinkDatabase } from '../support/sink-database.js'
import { type DecimalMode, sinkProperties, sourceProperties } from './connectors.js'
import { hasBegun, PATIENCE, toolOf } from './debezium-run.js'
import { hasKafkaConnect, KafkaConnect } from './kafka-connect.js'

const debian = inject('debian')
const test = withCdcStream({ ...loads.hazards, batchSize: 10, interval: 150 })
const COMMITS = 60

describe.skipIf(!debian || !hasKafka() || !hasKafkaConnect)('Debezium, Kafka, JDBC sink', { timeout: 240_000 }, () => {
  // #region snapshot
  test('a snapshot under load, then the changes', async ({ cdcStream, cloudberry, signal }) => {
    await using kafka = endWithTest(await startKafka())
    await using sink = await SinkDatabase.make(debian!, cloudberry.schema)
    await cdcStream.start()
    await cdcStream.reached(20)
    await using connect = await startConnect(kafka.bootstrap, cloudberry, sink, 'precise')
    const audit = await auditPipeline(cdcStream, {
      tool: toolOf('hazards, snapshot under load', 'precise'),
      ...endsOf(cloudberry.pool, sink),
      while: async () => {
        await hasBegun(sink, signal)
        await goesOn(cdcStream, COMMITS)
      },
      within: PATIENCE,
    })
    expect(audit, `${audit.because} ${connect.errors.join('\n')}`).toMatchObject({ arrived: true })
    expect(['exact', 'per table', 'eventually'], audit.because).toContain(audit.grade)
  })
  // #endregion snapshot

  // #region kill
  test('kill -9 of Kafka Connect, twice, and a new column', async ({ cdcStream, cloudberry, signal }) => {
    await using kafka = endWithTest(await startKafka())
    await using sink = await SinkDatabase.make(debian!, cloudberry.schema)
    await cdcStream.start()
    await using connect = await startConnect(kafka.bootstrap, cloudberry, sink, 'string')
    const audit = await auditPipeline(cdcStream, {
      tool: toolOf('hazards, kill -9 twice, ADD COLUMN', 'string'),
      ...endsOf(cloudberry.pool, sink),
      while: async () => {
        await hasBegun(sink, signal)
        await goesOn(cdcStream, COMMITS / 2)
        await connect.killAndRestart() // in the midst of changes
        await goesOn(cdcStream, COMMITS / 2)
        await cdcStream.during((client) => client.query('ALTER TABLE store_sales_heap ADD COLUMN ss_note text'))
        await goesOn(cdcStream, COMMITS / 2)
        await connect.killAndRestart()
        await goesOn(cdcStream, COMMITS / 2)
      },
      within: PATIENCE,
    })
    expect(audit, `${audit.because} ${connect.errors.join('\n')}`).toMatchObject({ arrived: true })
    expect(['exact', 'per table', 'eventually'], audit.because).toContain(audit.grade)
    await expect(sink.pool.query('SELECT ss_note FROM store_sales_heap LIMIT 1')).resolves.toMatchObject({
      rowCount: 1,
    })
  })
  // #endregion kill
})

function startConnect(
  bootstrap: string,
  source: Cloudberry,
  sink: SinkDatabase,
  decimals: DecimalMode,
): Promise<KafkaConnect> {
  return KafkaConnect.start({
    bootstrap,
    connectors: [sourceProperties(source, decimals), sinkProperties(sink, source.schema)],
    env: {
      SOURCE_PASSWORD: source.password ?? '',
      SINK_PASSWORD: decodeURIComponent(new URL(sink.connectionString).password),
    },
  })
}
