import type { Writable } from 'node:stream'
import type { Environment } from '../database/connection/environment.js'

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
}
