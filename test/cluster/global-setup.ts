import type { TestProject } from 'vitest/node'
import { connectionFromEnvironment } from '../../src/database/connection/check-connection.js'
import { readEnvironment } from '../../src/database/connection/environment.js'
import '../support/global-setup.js'

/** Lets the tests use the configured cluster as the others use the server of their run. */
export default function setup(project: TestProject): void {
  const environment = readEnvironment({ cwd: process.cwd(), env: process.env })
  project.provide('testServer', connectionFromEnvironment(environment))
}
