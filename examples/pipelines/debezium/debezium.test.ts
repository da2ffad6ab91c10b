import { describe, expect, inject } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { hasKafka, startKafka } from '../../../test/support/kafka-server.js'
import { auditPipeline, endsOf, goesOn } from '../support/audit-pipeline.js'
import { loads } from '../support/loads.js'
import { SinkDatabase } from '../support/sink-database.js'
import { type DecimalMode, sinkProperties, sourceProperties } from './connectors.js'
import { hasKafkaConnect, KafkaConnect } from './kafka-connect.js'

const debian = inject('debian')

describe.skipIf(!debian || !hasKafka() || !hasKafkaConnect)('Debezium', () => {
  withCdcStream(loads.hazards)('x', async ({ cdcStream, cloudberry }) => {
    const { pool: source, schema } = cloudberry
    const decimals: DecimalMode = 'precise'
    await using kafka = await startKafka()
    await using sink = await SinkDatabase.make(debian!, schema)
    await cdcStream.start()
    await cdcStream.reached(20)
    await using connect = await KafkaConnect.start({
      bootstrap: kafka.bootstrap,
      connectors: [sourceProperties(cloudberry, decimals), sinkProperties(sink, schema)],
      env: {
        SOURCE_PASSWORD: cloudberry.password ?? '',
        SINK_PASSWORD: decodeURIComponent(new URL(sink.connectionString).password),
      },
    })
    try {
      const audit = await auditPipeline(cdcStream, {
        tool: { pipeline: 'debezium', tool: 'Debezium', version: '3.3.1', load: 'x', promises: 'at least once' },
        ...endsOf(source, sink),
        while: async () => {
          while ((await sink.pool.query('SELECT FROM store_returns_heap')).rowCount === 0) await goesOn(cdcStream, 5)
          await goesOn(cdcStream, 100)
        },
        within: 20_000,
      })
      console.log(
        audit.grade,
        audit.because,
        audit.reads,
        audit.anomalies.map((a) => [a.name, a.reads, a.text]),
      )
    } finally {
      console.log(connect.said.slice(0, 6000))
    }
    expect(1).toBe(1)
  })
})
