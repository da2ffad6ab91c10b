import type { Writable } from 'node:stream'
import type { Environment } from '../database/connection/environment.js'
import { OptionsError } from '../errors.js'

/** What the command line needs of the process that it runs in; `node:process` is one. */
export interface CliHost {
  readonly env: NodeJS.ProcessEnv
  readonly stdout: Writable
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  cwd(): string
  on(signal: 'SIGINT' | 'SIGTERM', listener: (signal: NodeJS.Signals) => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: (signal: NodeJS.Signals) => void): unknown
  exit(code: number): never
}

/** What a command that writes no stream looks at. */
export interface Surroundings {
  readonly environment: Environment
  readonly cwd: string
  readonly host: CliHost
}

/** What the command's exit codes mean. 130 and 143 are 128 + the number of the signal, as shells have it. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  differs: 3,
  unmet: 4,
  SIGINT: 130,
  SIGTERM: 143,
} as const

export function exitCodeOf(error: unknown): number {
  return error instanceof OptionsError ? exitCode.usage : exitCode.failed
}

/** What the user sees of an error: its message, never its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** How a run ended: the exit code, and what `--json` prints. */
export interface Outcome {
  readonly code: number
  readonly report: object
}
