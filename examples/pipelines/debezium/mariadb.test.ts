import { describe, expect, inject, test } from 'vitest'
import { createCdcStream } from 'vitest-cloudberry-cdc/engine'
import { hasKafka, startKafka } from '../../../test/support/kafka-server.js'
import { auditPipeline, goesOn } from '../support/audit-pipeline.js'
import { compareByHand, wholeTables } from '../support/by-hand.js'
import { endWithTest } from '../support/end-with-test.js'
import { loads } from '../support/loads.js'
import { hasMariadb, startSource } from '../support/mariadb-source.js'
import { SinkDatabase } from '../support/sink-database.js'
import { mariadbProperties, sinkProperties } from './connectors.js'
import { hasBegun, PATIENCE, toolOf } from './debezium-run.js'
import { hasKafkaConnect, KafkaConnect } from './kafka-connect.js'

const debian = inject('debian')
const SHOP = 'shop'
const COMMITS = 40

describe.skipIf(!debian || !hasMariadb() || !hasKafka() || !hasKafkaConnect)(
  'MariaDB, Debezium, Kafka, JDBC sink',
  { timeout: 240_000 },
  () => {
    // #region mariadb
    test('a snapshot under load, kill -9 and a new column', async ({ signal }) => {
      await using source = await startSource(SHOP)
      await using kafka = endWithTest(await startKafka())
      await using sink = await SinkDatabase.make(debian!, SHOP)
      await using cdcStream = createCdcStream({
        ...loads.hazards,
        target: source.connection, // or CDC_URL=mysql://…
        createTables: true,
        batchSize: 10,
        interval: 150,
      })
      await cdcStream.start()
      await cdcStream.reached(10)
      await using connect = await KafkaConnect.start({
        bootstrap: kafka.bootstrap,
        connectors: [mariadbProperties(source.connection, kafka.bootstrap, 'precise'), sinkProperties(sink, SHOP)],
        env: {
          SOURCE_PASSWORD: source.connection.password,
          SINK_PASSWORD: decodeURIComponent(new URL(sink.connectionString).password),
        },
      })
      const audit = await auditPipeline(cdcStream, {
        tool: toolOf('hazards, snapshot under load, kill -9, ADD COLUMN', 'precise', true),
        read: () => sink.read(),
        byHand: () => compareByHand(source.rowTexts, sink.pool, wholeTables),
        while: async () => {
          await hasBegun(sink, signal)
          await goesOn(cdcStream, COMMITS)
          await connect.killAndRestart()
          await goesOn(cdcStream, COMMITS)
          await cdcStream.during(async (connection: { query(sql: string): Promise<unknown> }) => {
            await connection.query('ALTER TABLE store_sales_heap ADD COLUMN ss_note text')
          })
          await goesOn(cdcStream, COMMITS)
        },
        within: PATIENCE,
      })
      expect(audit, `${audit.because} ${connect.errors.join('\n')}`).toMatchObject({ arrived: true })
      expect(['exact', 'per table', 'eventually'], audit.because).toContain(audit.grade)
    })
    // #endregion mariadb
  },
)
