import { expectTypeOf } from 'vitest'
import {
  type CdcTestOptions,
  defineTable as defineOwn,
  type TableDefinition,
  withCdcStream,
} from 'vitest-cloudberry-cdc'
import {
  type CdcOptions,
  createCdcStream,
  defineTable,
  type MixWeights,
  storeSales,
} from 'vitest-cloudberry-cdc/engine'

const everything: CdcTestOptions = {
  batches: 50,
  batchSize: 200,
  interval: 0,
  ratio: 0.1,
  tables: 'both',
  seed: 42,
  scale: 10,
  nulls: 'none',
  businessDate: '2002-12-31',
  continuous: false,
  target: 'embedded',
  retryFor: 1_000,
  autoStart: true,
  ddl: ['CREATE TABLE a ()', 'CREATE VIEW b AS SELECT 1'],
  baseline: 1_000,
  isolation: 'schema',
  job: { listen: { host: '0.0.0.0', port: 5433, as: 'host.docker.internal' } },
  teardownTimeout: 5_000,
}
withCdcStream(everything)
withCdcStream({ ratio: { insert: 70, update: 20 } })
withCdcStream({ ddl: 'CREATE TABLE a ()' })
withCdcStream({ target: { host: 'localhost', port: 5432, database: 'demo', user: 'gpadmin', schema: 'tpcds' } })
withCdcStream({ tables: [storeSales, { module: new URL('./own.ts', 'file:///'), export: 'own' }] })
expectTypeOf<CdcTestOptions['ratio']>().toEqualTypeOf<number | MixWeights | undefined>()
expectTypeOf<CdcTestOptions>().not.toHaveProperty('observe')
expectTypeOf<CdcTestOptions>().not.toHaveProperty('createTables')
expectTypeOf<CdcTestOptions>().not.toHaveProperty('resume')
expectTypeOf<CdcOptions>().toHaveProperty('observe')

// @ts-expect-error a number, not a text
withCdcStream({ batches: '50' })
// @ts-expect-error no such option
withCdcStream({ batchsize: 50 })
// @ts-expect-error no such kind of change
withCdcStream({ ratio: { insert: 70, upsert: 30 } })
// @ts-expect-error no such table
withCdcStream({ tables: 'store_sales_heap' })
// @ts-expect-error no such target
withCdcStream({ target: 'docker' })
// @ts-expect-error no such isolation
withCdcStream({ isolation: 'database' })
// @ts-expect-error the fixtures end the stream themselves
withCdcStream({ signal: new AbortController().signal })
// @ts-expect-error options are not changed once they are given
everything.batches = 3
// @ts-expect-error the stream alone makes no rows before it begins
createCdcStream({ baseline: 100 })

const own = defineTable({
  name: 'orders',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'amount', type: 'numeric(9,2)', recomputed: true },
  ],
  rows: ({ seed }) => ({ fill: (cells, number, version) => void (cells[1] = (seed + number + version) % 1_000) }),
})
withCdcStream({ tables: [own] })
expectTypeOf(defineOwn).toEqualTypeOf(defineTable)
expectTypeOf(own).toEqualTypeOf<TableDefinition>()

defineTable({
  name: 'orders',
  key: 'id',
  // @ts-expect-error no such type of column
  columns: [{ name: 'id', type: 'bigint' }],
  rows: () => ({ fill: () => {} }),
})
