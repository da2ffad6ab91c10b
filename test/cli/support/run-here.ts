import { Writable } from 'node:stream'
import type { CliHost } from '../../../src/cli/host.js'
import { run } from '../../../src/cli/run.js'
import { useFolder } from './cli-process.js'

/** A command that runs in this process. */
export interface CommandHere {
  readonly cwd: string
  /** What was printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string }
  readonly code: Promise<number>
}

/** Starts the command in this process, on its thread. It has to come to its end before the test does. */
export async function startHere(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandHere> {
  const cwd = await useFolder()
  const output = { stdout: '', stderr: '' }
  const capture = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write: (chunk, _, done) => {
        output[name] += String(chunk)
        done()
      },
    })
  const host: CliHost = {
    env,
    cwd: () => cwd,
    stdout: capture('stdout'),
    stderr: capture('stderr'),
    on: () => undefined,
    off: () => undefined,
    exit: (code) => {
      throw new Error(`exit(${code})`)
    },
  }
  return { cwd, output, code: run(args, host) }
}

/** Runs the command in this process, for arguments with which it never starts anything. */
export async function runHere(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string; cwd: string }> {
  const { cwd, output, code } = await startHere(args, env)
  return { code: await code, ...output, cwd }
}
