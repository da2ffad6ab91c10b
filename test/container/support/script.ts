import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The folder of this repository. */
export const root: string = fileURLToPath(new URL('../../../', import.meta.url))

/** Where and how a script is run. */
export interface ScriptOptions {
  /** A folder with this package's `src`. @default this repository */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a module in a process of its own, which has to end by itself. */
export async function runScript(
  script: string,
  { cwd = root, env = {} }: ScriptOptions = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return run(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    cwd,
    env: { ...process.env, ...env },
    timeout: 590_000,
  })
}
