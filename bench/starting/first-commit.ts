import { setTimeout as delay } from 'node:timers/promises'
import type { TestProject } from 'vitest/node'
import { CloserStack } from '../../fixtures/database/closer-stack.js'
import { openCloudberry } from '../../fixtures/database/open-cloudberry.js'
import { resolveTestOptions } from '../../fixtures/stream/cdc-test-options.js'
import setUp from '../../fixtures/global-setup.js'
import type { ProvidedServer } from '../../fixtures/database/cdc-server.js'
import { LastingSession } from '../../fixtures/database/lasting-session.js'
import { holdRun } from '../../fixtures/database/run-name.js'
import { TestStream } from '../../fixtures/stream/test-stream.js'
import { resolveOptions } from '../../src/options/resolve-options.js'
import { sharedWorker } from '../../src/driver/shared-worker.js'
import { detectDialect } from '../../src/database/postgres/detect-dialect.js'
import { tables } from '../support/settings.js'

/** Milliseconds. */
const RUN = 3_000

/** Does what a run with one test does: `globalSetup`, the test's schema and stream, its first commit, and all of it back. */
export async function firstCommit(name: string): Promise<Record<string, number>> {
  const begun = performance.now()
  let provided: ProvidedServer | undefined
  const project = {
    config: { testTimeout: 60_000 },
    provide: (_: string, value: ProvidedServer) => (provided = value),
  }
  const tearDown = await setUp(project as unknown as TestProject)
  const started = performance.now()
  const release = sharedWorker.hold()
  const { connection, kind, run } = provided!
  const admin = new LastingSession(connection, (client) => holdRun(client, run), true)
  const options = resolveTestOptions({})
  const closers = new CloserStack(options.teardownTimeout)
  closers.add('session', () => admin.close())
  const dialect = await admin.run({ what: 'ask the server what it is' }, detectDialect)
  const opened = { kind, connection, run, admin, dialect, syncSlots: [] }
  const { schema } = await openCloudberry(opened, tables, options, closers, () => false)
  const stream = new TestStream(resolveOptions({ seed: 1 }), { target: { ...connection, schema } }, {}, { fresh: true })
  closers.add('load', async () => void (await stream.stop()))
  await stream.start()
  const committed = performance.now()
  // As long as a short run of tests takes: what is made for the next start is made meanwhile.
  await delay(RUN - (committed - started))
  const ending = performance.now()
  await closers.close()
  release()
  await tearDown()
  const ended = performance.now()
  return {
    [`${name}: in all`]: committed - begun,
    [`${name}: server`]: started - begun,
    [`${name}: test`]: committed - started,
    [`${name}: teardown`]: ended - ending,
  }
}
