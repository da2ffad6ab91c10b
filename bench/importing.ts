import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import type { Effort } from './support/effort.js'
import { interleave, type Contender } from './support/interleave.js'
import { comparison, medianRatio, type PartResult } from './support/result.js'

const run = promisify(execFile)
const project = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const ENGINE = 'vitest-cloudberry-cdc/engine'
const FIXTURES = 'vitest-cloudberry-cdc'
const NODE = 'node, with nothing to do'
const COMMAND = 'cloudberry-cdc --version'
const NAMES = ['fast-check', 'pg', 'zod', 'vitest', ENGINE, FIXTURES, `${FIXTURES}/matchers`]
/** A process starts in about a tenth of a second, and others do meanwhile. */
const LEAST_ROUNDS = 11

/** What it takes to import an entry, in a process of its own, as users have it: built. */
export async function importing(_server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  await run(process.execPath, [join('.ci', 'build.mjs')], { cwd: project })
  const imports = NAMES.map((name): [string, Contender] => [name, () => millisecondsOfImport(name)])
  const rounds = Math.max(effort.rounds, LEAST_ROUNDS)
  const imported = await interleave(Object.fromEntries(imports), { rounds })
  const [program = ''] = Object.values(readManifest().bin)
  const started = await interleave(
    {
      [NODE]: () => millisecondsOf(['--input-type=module', '--eval', '']),
      [COMMAND]: () => millisecondsOf([program, '--version']),
    },
    { rounds },
  )
  return {
    title: 'Importing',
    comparisons: [comparison('import', 'ms', imported, NAMES), comparison('a process', 'ms', started, [NODE, COMMAND])],
    targets: [
      { text: 'the engine, to pg', value: medianRatio(imported, ENGINE, 'pg'), limit: 2, bound: 'at most' },
      {
        text: 'the fixtures, to vitest',
        value: medianRatio(imported, FIXTURES, 'vitest'),
        limit: 2.5,
        bound: 'at most',
      },
    ],
    notes: [
      'Each import is timed inside a new process, of which the first module is empty. pg is not part of the import of the engine and of the fixtures: it is loaded with the first connection.',
    ],
  }
}

async function millisecondsOfImport(name: string): Promise<number> {
  // Outside of a run of Vitest, the fixtures have no suite for their `test`; all has been loaded when they miss it.
  const code = `
    const begun = performance.now()
    await import(${JSON.stringify(name)}).catch((error) => {
      if (!error.message.includes('failed to find the current suite')) throw error
    })
    console.log(performance.now() - begun)
    process.exit()`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], { cwd: project })
  return Number(stdout)
}

async function millisecondsOf(args: readonly string[]): Promise<number> {
  const begun = performance.now()
  await run(process.execPath, args, { cwd: project })
  return performance.now() - begun
}

function readManifest(): { readonly bin: Readonly<Record<string, string>> } {
  return JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { bin: Record<string, string> }
}
