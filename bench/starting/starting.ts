import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { Effort } from '../support/effort.js'
import { interleave } from '../support/interleave.js'
import { comparison, medianRatio, type PartResult } from '../support/result.js'
import { containerContender } from './container.js'
import { firstCommit } from './first-commit.js'

const COLD = 'embedded, first time on the machine'
const WARM = 'embedded, again'
const CONTAINER = 'Testcontainers, PostgreSQL'

/** From `globalSetup` to the first commit of the first test, and back. */
export async function starting(_server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const container = await containerContender(CONTAINER)
  const measured = await interleave(
    {
      embedded: () => coldAndWarm(),
      ...(typeof container === 'function' && { container }),
    },
    effort,
  )
  const names = [...measured.keys()]
  const withPhase = (phase: string): string[] => names.filter((name) => name.endsWith(`: ${phase}`))
  return {
    title: 'Starting',
    comparisons: [
      comparison('to the first commit', 'ms', measured, [`${COLD}: in all`, ...others(withPhase('in all'), COLD)]),
      comparison('the server', 'ms', measured, [`${COLD}: server`, ...others(withPhase('server'), COLD)]),
      comparison('schema, stream, first commit', 'ms', measured, [`${COLD}: test`, ...others(withPhase('test'), COLD)]),
      comparison('teardown of test and server', 'ms', measured, [
        `${COLD}: teardown`,
        ...others(withPhase('teardown'), COLD),
      ]),
    ],
    targets: [
      {
        text: 'to the first commit: a warm start, share of a cold one',
        value: medianRatio(measured, `${WARM}: in all`, `${COLD}: in all`),
        limit: 0.25,
        bound: 'at most',
      },
    ],
    notes: [
      'The first time, initdb runs and its result is kept for all later starts; that cache is emptied for every round here. A run lasts three seconds, in which the data folder of the next start is made; its copying is not in these figures. Loading the modules is not counted, but it is where the server has a process of its own.',
      ...(typeof container === 'string' ? [container] : []),
    ],
  }
}

const others = (names: readonly string[], base: string): string[] => names.filter((name) => !name.startsWith(base))

/** In a folder for temporary files that is empty at first, where the cache is looked for. */
async function coldAndWarm(): Promise<Record<string, number>> {
  const before = process.env['TMPDIR']
  const folder = await mkdtemp(join(tmpdir(), 'bench-cold-'))
  await chmod(folder, 0o755)
  process.env['TMPDIR'] = folder
  try {
    return { ...(await firstCommit(COLD)), ...(await firstCommit(WARM)) }
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    await rm(folder, { recursive: true, force: true })
  }
}
