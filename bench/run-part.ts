import { connect } from '../src/database/postgres/connect.js'
import { detectDialect } from '../src/database/postgres/detect-dialect.js'
import { startEmbedded } from '../src/database/embedded/start-embedded.js'
import { parts } from './parts.js'
import type { Effort } from './support/effort.js'
import { thisMachine } from './support/machine.js'
import type { RecordedPart } from './support/report.js'

/** Runs a part on an embedded server of its own. */
export async function runPart(name: string, effort: Effort): Promise<RecordedPart> {
  await using server = await startEmbedded()
  const client = await connect(server.connection)
  const { version } = await detectDialect(client)
  await client.end()
  const machine = thisMachine(version)
  const begun = performance.now()
  const found = await parts.get(name)!(server.connection, effort)
  return { ...found, machine, rounds: effort.rounds, seconds: (performance.now() - begun) / 1000 }
}
