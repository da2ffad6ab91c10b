import type { TestProject } from 'vitest/node'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { startEmbedded } from '../../src/database/embedded/start-embedded.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The database server of this test run. */
    testServer: ConnectionOptions
  }
}

/** Starts one server for the run. Tests share it: each has a schema of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startEmbedded()
  project.provide('testServer', server.connection)
  return async () => server[Symbol.asyncDispose]()
}
