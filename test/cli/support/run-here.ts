import { Writable } from 'node:stream'
import type { CliHost } from '../../../src/cli/host.js'
import { run } from '../../../src/cli/run.js'
import { useFolder } from './cli-process.js'

/** Runs the command in this process, for arguments with which it never starts anything. */
export async function runHere(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string; cwd: string }> {
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
  const code = await run(args, host)
  return { code, ...output, cwd }
}
