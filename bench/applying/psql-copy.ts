import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { DisposableContender } from '../support/interleave.js'
import { runClient } from '../support/programs.js'
import { rate, withTables } from '../support/schema.js'
import type { Workload } from './batches.js'
import { Renderer } from './rendered-batches.js'

/** All INSERTs of a workload in one transaction, from files by `psql \copy`, a file for each table. */
export async function psqlCopy(server: ConnectionOptions, work: Workload): Promise<DisposableContender> {
  const runs = new Renderer(work, 'bench').render(work.batches).flat()
  const bytes = new Map<string, Buffer[]>()
  for (const run of runs) if ('copy' in run) bytes.set(run.copy, [...(bytes.get(run.copy) ?? []), run.bytes])
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const commands = await Promise.all(
    [...bytes].map(async ([copy, chunks], index) => {
      const file = join(folder, `${index}.copy`)
      await writeFile(file, chunks)
      return `\\${copy.replace('COPY', 'copy').replace('STDIN', `'${file}'`)}`
    }),
  )
  const args = ['--no-psqlrc', '--quiet', '--single-transaction', ...commands.flatMap((command) => ['-c', command])]
  return {
    contender: (): Promise<number> =>
      withTables(server, ({ connection }) => rate(work.changes, () => runClient('psql', args, connection))),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
