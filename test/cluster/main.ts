import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { connectionFromEnvironment } from '../../src/database/connection/check-connection.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { connect } from '../../src/database/postgres/connect.js'
import { startEmbedded } from '../../src/database/embedded/start-embedded.js'
import { readEnvironment } from '../../src/database/connection/environment.js'
import { findLeftovers } from './leftovers.js'

/*
 * `npm run suite cluster`: the suite for a cluster, which the CLOUDBERRY_ variables name. With `--embedded` it runs on an
 * embedded PostgreSQL as a configured one, so that the suite itself is tested where there is no cluster. Fails, too, when
 * the tests leave something behind.
 */
const root = fileURLToPath(new URL('../../', import.meta.url))
const given = process.argv.slice(2)
const environment = readEnvironment({ cwd: process.cwd(), env: process.env })

/** How often what is left is looked for again: a session that has ended is there for another moment. */
const LOOKS = 200

if (given.includes('--embedded')) {
  await using server = await startEmbedded()
  process.exitCode = await test(server.connection)
} else if (environment['CLOUDBERRY_HOST'] === undefined) {
  console.log('No cluster is configured: nothing was tested. Set CLOUDBERRY_HOST and its like, or say --embedded.')
} else {
  process.exitCode = await test(connectionFromEnvironment(environment))
}

async function test(connection: ConnectionOptions): Promise<number> {
  const client = await connect(connection, { applicationName: 'leftovers' })
  const before = new Set(await findLeftovers(client))
  const code = await runVitest(connection)
  let left: string[] = []
  for (let looks = 0; looks < LOOKS; looks++) {
    left = (await findLeftovers(client)).filter((what) => !before.has(what))
    if (left.length === 0) break
    await client.query('SELECT pg_sleep(0.05)')
  }
  await client.end()
  if (left.length === 0) return code
  console.error(`error: Expected the tests to leave nothing on the cluster, got ${left.join(', ')}.`)
  return code || 1
}

async function runVitest(connection: ConnectionOptions): Promise<number> {
  const args = given.filter((one) => one !== '--embedded')
  const vitest = [`${root}node_modules/vitest/vitest.mjs`, 'run', '--root', root, '--project', 'cluster', ...args]
  const named = Object.entries(connection).map(([name, value]) => [`CLOUDBERRY_${name.toUpperCase()}`, `${value}`])
  const env = { ...process.env, ...(Object.fromEntries(named) as Record<string, string>) }
  const child = spawn(process.execPath, vitest, { stdio: 'inherit', env })
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}
