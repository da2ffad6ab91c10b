import type { GenericContainer, StartedTestContainer } from 'testcontainers'
import { expectTypeOf } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import {
  CloudberryContainer,
  type CloudberryLogin,
  type CloudberryStartOptions,
  StartedCloudberryContainer,
} from 'vitest-cloudberry-cdc/container'

const container = new CloudberryContainer('registry.example/cloudberry:2')
  .withDatabase('demo')
  .withUsername('gpadmin')
  .withPassword('secret')
  .withReadyLine(/INFO - ready/)
  .withStartupTimeout(600_000)

expectTypeOf(container).toEqualTypeOf<CloudberryContainer>()
expectTypeOf(container).toExtend<GenericContainer>()
expectTypeOf(container.withEnvironment({ A: 'b' })).toEqualTypeOf<CloudberryContainer>()
expectTypeOf(new CloudberryContainer()).toEqualTypeOf<CloudberryContainer>()
expectTypeOf(container.start).parameter(0).toEqualTypeOf<CloudberryStartOptions | undefined>()
expectTypeOf(container.start).returns.resolves.toEqualTypeOf<StartedCloudberryContainer>()
expectTypeOf<CloudberryStartOptions>().toEqualTypeOf<{ readonly signal?: AbortSignal }>()

await using started = await container.start({ signal: AbortSignal.timeout(1_000) })
expectTypeOf(started).toExtend<StartedTestContainer>()
expectTypeOf(started.getPort()).toEqualTypeOf<number>()
expectTypeOf(started.getConnectionUri()).toEqualTypeOf<string>()
expectTypeOf(started).not.toHaveProperty('untilServing')
expectTypeOf(StartedCloudberryContainer).constructorParameters.toEqualTypeOf<
  [container: StartedTestContainer, login: CloudberryLogin, timeout: number]
>()

const { hostname: host, port, username: user, password } = new URL(started.getConnectionUri())
withCdcStream({
  target: { host, port: Number(port), database: started.getDatabase(), user, password, schema: 'tpcds' },
})

// @ts-expect-error a number of milliseconds
container.withStartupTimeout('10 minutes')
// @ts-expect-error no such option
await container.start({ timeout: 1_000 })
