import type { Pool } from 'pg'
import { expectTypeOf, type TestAPI } from 'vitest'
import {
  type CdcFixtures,
  type CdcMeta,
  type CdcTestOptions,
  type Cloudberry,
  test,
  withCdcStream,
} from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'

expectTypeOf(withCdcStream).parameter(0).toEqualTypeOf<CdcTestOptions | undefined>()
expectTypeOf(withCdcStream()).toEqualTypeOf<TestAPI<CdcFixtures>>()
expectTypeOf(test).toEqualTypeOf<TestAPI<CdcFixtures>>()

const loaded = withCdcStream({ batches: 50, ratio: { insert: 80, update: 15, delete: 5 } })

loaded(
  'has the fixtures in its context',
  async ({ cdcStream, cloudberry, cdcOptions, expect, task, signal, annotate }) => {
    expectTypeOf(cdcStream).toEqualTypeOf<CdcStream>()
    expectTypeOf(cloudberry).toEqualTypeOf<Cloudberry>()
    expectTypeOf(cloudberry.pool).toEqualTypeOf<Pool>()
    expectTypeOf(cloudberry.connectionString).toEqualTypeOf<string>()
    expectTypeOf(cloudberry.port).toEqualTypeOf<number>()
    expectTypeOf(cloudberry.password).toEqualTypeOf<string>()
    expectTypeOf(cloudberry.dialect.name).toEqualTypeOf<'postgres' | 'cloudberry' | 'mysql'>()
    expectTypeOf(cdcOptions).toEqualTypeOf<CdcTestOptions>()
    expectTypeOf(task.meta.cdc).toEqualTypeOf<CdcMeta | undefined>()
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
    expectTypeOf(annotate).toBeFunction()
    expect(await cdcStream.verify()).toMatchObject({ equal: true })

    // @ts-expect-error there is no such fixture
    loaded('', ({ cdcStreams }) => cdcStreams)
    // @ts-expect-error a test's connection is not for changing
    cloudberry.schema = 'other'
  },
)

loaded.for([1, 2])('has them beside the values of test.for', (value, { cdcStream }) => {
  expectTypeOf(value).toEqualTypeOf<number>()
  expectTypeOf(cdcStream).toEqualTypeOf<CdcStream>()
})

loaded.describe('a describe of the extended test', () => {
  loaded.override({ cdcOptions: { batches: 3, tables: 'sales' } })
  // @ts-expect-error an override is checked as the options are
  loaded.override({ cdcOptions: { batches: 'three' } })

  loaded.beforeEach(async ({ cdcStream, cloudberry }) => {
    expectTypeOf(cdcStream).toEqualTypeOf<CdcStream>()
    expectTypeOf(cloudberry).toEqualTypeOf<Cloudberry>()
  })
})

loaded.concurrent('has them in concurrent tests', async ({ cdcStream }) => {
  expectTypeOf(cdcStream).toEqualTypeOf<CdcStream>()
})
