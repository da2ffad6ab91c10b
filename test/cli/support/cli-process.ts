import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { ConnectionOptions } from '../../../src/database/connection/connection.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const loader = new URL('../../../node_modules/tsx/dist/loader.mjs', import.meta.url).href

/** How the command is called. */
export interface CliCall {
  readonly args?: readonly string[]
  /** The database that the CLOUDBERRY_ variables name. */
  readonly connection?: Partial<ConnectionOptions>
  readonly env?: Readonly<Record<string, string>>
  /** The text of `.env` in the working directory. */
  readonly dotenv?: string
  /** The working directory, where it is not to be a new one. */
  readonly cwd?: string
  /** Another command than the one from source. */
  readonly command?: readonly string[]
  /** Whether it leads a process group of its own, as a job of a shell does. */
  readonly group?: boolean
}

/** What the command has left behind. */
export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** The lines of the log file. */
  readonly log: readonly string[]
}

/** A command that runs. */
export interface CliProcess {
  readonly child: ChildProcess
  readonly cwd: string
  /** Resolves when what was printed so far matches. */
  printed(pattern: RegExp): Promise<void>
  readonly result: Promise<CliResult>
}

/** Starts the real command in a temporary folder. It is killed when the test ends. */
export async function startCli(call: CliCall = {}): Promise<CliProcess> {
  const cwd = call.cwd ?? (await useFolder())
  if (call.dotenv !== undefined) await writeFile(join(cwd, '.env'), call.dotenv)
  const [program = '', ...first] = call.command ?? [process.execPath, '--import', loader, `${root}src/cli/main.ts`]
  const child = spawn(program, [...first, ...(call.args ?? [])], {
    cwd,
    env: { ...plainEnvironment(), ...connectionVariables(call.connection), ...call.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: call.group ?? false,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text))
  }
  const result = once(child, 'close').then(async ([code]) => {
    const log = await readFile(join(cwd, 'mock-data.log'), 'utf8').catch(() => '')
    return { code: code as number | null, ...output, log: log.split('\n').slice(0, -1) }
  })
  return { child, cwd, result, printed: (pattern) => untilPrinted(child, output, pattern) }
}

/** Runs the real command to its end. */
export async function runCli(call: CliCall = {}): Promise<CliResult> {
  return (await startCli(call)).result
}

/** A folder that is removed when the test ends. */
export async function useFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cdc-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A connection as the variables that describe it. */
export function connectionVariables(connection: Partial<ConnectionOptions> = {}): Record<string, string> {
  const variables = Object.entries(connection).map(([name, value]) => [`CLOUDBERRY_${name.toUpperCase()}`, `${value}`])
  return Object.fromEntries(variables) as Record<string, string>
}

function plainEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(CDC_|CLOUDBERRY_|VITEST|NODE_OPTIONS$|NODE_ENV$|CI$|TEST$)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}

function untilPrinted(
  child: ChildProcess,
  output: { readonly stdout: string; readonly stderr: string },
  pattern: RegExp,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (pattern.test(output.stdout) || pattern.test(output.stderr)) resolve()
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.on('close', () => reject(new Error(`Expected ${pattern}, got ${JSON.stringify(output)}`)))
    look()
  })
}
