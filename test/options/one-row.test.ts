import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const execute = promisify(execFile)

/** What CONTRIBUTING says that adding an option takes. */
const ROW = `
  /** How made up the changes are. @default 0 */
  madeUp: option({
    value: integer(0, 7),
    has: everywhere,
    fallback: 0,
    carried: true,
    command: {
      flags: '--made-up <count>',
      variable: 'CDC_MADE_UP',
      help: 'how made up the changes are',
      line: { text: (count) => \`made up=\${count}\` },
    },
  }),`

const TYPES = `
import { withCdcStream } from './fixtures/index.js'
import { createCdcStream } from './src/index.js'
createCdcStream({ madeUp: 3 })
withCdcStream({ madeUp: 3 })
// @ts-expect-error
createCdcStream({ madeUp: 'three' })
// @ts-expect-error
withCdcStream({ madeUp: 'three' })
`

const PROBE = `
import { commandTable } from './docs/scripts/command-table.js'
import { streamTable } from './docs/scripts/option-tables.js'
import { shardCommands } from './src/cli/commands/plan.js'
import { resolveOptions } from './src/options/resolve-options.js'
const line = (table) => table.split('\\n').find((row) => /made.?up/i.test(row))
console.log(JSON.stringify({
  commandTable: line(commandTable()),
  streamTable: line(await streamTable()),
  shards: shardCommands({ shards: 2, base: 0, seed: 1 }, { madeUp: '3' }, {}),
  carried: resolveOptions({ madeUp: 3, seed: 1 }).carried,
}))
`

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

let folder = ''

async function node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const options = { cwd: folder, env: { PATH: process.env['PATH'], ...env } }
  return execute(process.execPath, ['--import', 'tsx', ...args], options).then(
    (output) => ({ code: 0, ...output }),
    (error: Outcome) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  )
}

const cli = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Outcome> =>
  node(['src/cli/main.ts', ...args], env)

const changes = ['--target', 'none', '--events', 'events', '--json']
const few = [...changes, '--seed', '1', '--total-batches', '2', '--batch-size', '3', '--batch-interval', '0']

function tokenOf({ code, stdout, stderr }: Outcome): string {
  expect(code, stderr).toBe(0)
  return (JSON.parse(stdout) as { token: string }).token
}

beforeAll(async () => {
  await mkdir(join(root, 'test/.runs'), { recursive: true })
  folder = await mkdtemp(join(root, 'test/.runs/row-'))
  for (const part of ['src', 'fixtures', 'docs/scripts', 'package.json', 'tsconfig.json']) {
    await cp(join(root, part), join(folder, part), { recursive: true })
  }
  const table = join(folder, 'src/options/table/overlap.ts')
  const source = await readFile(table, 'utf8')
  await writeFile(
    table,
    source.replace('export const overlapOptions = {', (begin) => begin + ROW),
  )
  await writeFile(join(folder, 'types.ts'), TYPES)
  await writeFile(join(folder, 'probe.ts'), PROBE)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test(
  'an option that is one row more has a flag, a variable, a line in .env, a check and a line at the start',
  { timeout: 180_000 },
  async () => {
    const { stdout } = await cli(['--help'])
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      '--made-up <count> how made up the changes are (default: 0; env: CDC_MADE_UP)',
    )
    const typed = await cli([...few, '--made-up', '3'])
    const token = tokenOf(typed)
    expect(typed.stderr).toContain(', made up=3, ')
    expect(tokenOf(await cli(few, { CDC_MADE_UP: '3' }))).toBe(token)
    await writeFile(join(folder, '.env'), 'CDC_MADE_UP=3\n')
    expect(tokenOf(await cli(few))).toBe(token)
    await rm(join(folder, '.env'))
    const without = await cli(few)
    expect(without.stderr).not.toContain('made up')
    expect(tokenOf(without)).not.toBe(token)
    const wrong = await cli([...few, '--made-up', '8'])
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    for (const part of ['`madeUp`', '7', '`8`', '--made-up', 'CDC_MADE_UP']) expect(wrong.stderr).toContain(part)

    const replayed = await cli(['replay', token, ...changes])
    expect(tokenOf(replayed)).toBe(token)
    const twice = await cli(['replay', token, ...changes, '--made-up', '3'])
    expect(twice).toMatchObject({ code: 2 })
    expect(twice.stderr).toContain('--made-up')
  },
)

test(
  'it is in the types, in what a token carries, in the commands of shards and in the tables of the documentation',
  { timeout: 120_000 },
  async () => {
    const { stdout, stderr } = await node(['probe.ts'])
    expect(stderr).toBe('')
    const { commandTable, streamTable, shards, carried } = JSON.parse(stdout) as Record<string, unknown>
    expect(commandTable).toBe('| `--made-up <count>` | `CDC_MADE_UP` | `0` | how made up the changes are |')
    expect(streamTable).toBe('| `madeUp` | `0` | an integer from 0 to 7 | How made up the changes are. |')
    expect(shards).toEqual([1, 2].map((n) => `cloudberry-cdc --shard ${n}/2 --base 0 --seed 1 --made-up 3`))
    expect(carried).toEqual({ madeUp: 3, seed: 1 })
    const config = { extends: './tsconfig.json', include: ['types.ts'] }
    await writeFile(join(folder, 'tsconfig.types.json'), JSON.stringify(config))
    const checked = await execute(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.types.json'], { cwd: folder })
    expect(checked.stdout).toBe('')
  },
)
