import { expectTypeOf, test as base } from 'vitest'
import { cdcFixtures, type Cloudberry, withCdcStream } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'

interface Sink {
  readonly name: string
}

const merged = base.extend({ ...cdcFixtures({ batches: 10 }), greeting: 'hello' })

merged('has both kinds of fixtures', ({ cdcStream, cloudberry, greeting }) => {
  expectTypeOf(cdcStream).toEqualTypeOf<CdcStream>()
  expectTypeOf(cloudberry).toEqualTypeOf<Cloudberry>()
  expectTypeOf(greeting).toBeString()
})

const alone = base.extend(cdcFixtures())

alone('has ours', ({ cdcStream, cdcOptions }) => {
  expectTypeOf(cdcStream).toEqualTypeOf<CdcStream>()
  expectTypeOf(cdcOptions.batches).toEqualTypeOf<number | undefined>()
})

const extended = withCdcStream({ baseline: 100 }).extend<{ sink: Sink }>({
  sink: async ({ cloudberry }, use) => {
    expectTypeOf(cloudberry).toEqualTypeOf<Cloudberry>()
    await use({ name: cloudberry.schema })
  },
})

extended('has the fixture that is built on ours', ({ sink, cdcStream }) => {
  expectTypeOf(sink).toEqualTypeOf<Sink>()
  expectTypeOf(cdcStream).toEqualTypeOf<CdcStream>()
})

extended.override({ cdcOptions: { autoStart: true } })

// @ts-expect-error options are checked here, too
cdcFixtures({ batchSize: '10' })
