import { spawn } from 'node:child_process'
import { TargetError } from '../../errors.js'
import { serverEnvironment } from './process-environment.js'
import type { Account } from './account.js'
import { logTail } from './log-tail.js'

export interface RunOptions {
  readonly cwd: string
  readonly account: Account | undefined
  readonly signal: AbortSignal
  /** What it reads. @default nothing */
  readonly input?: string
}

/** Runs a program of PostgreSQL to its end. In single-user mode a failed statement counts as a failure, too. */
export async function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<void> {
  const child = spawn(program, args, {
    ...options.account,
    cwd: options.cwd,
    signal: options.signal,
    env: serverEnvironment(),
    stdio: 'pipe',
    windowsHide: true,
  })
  child.stdin.on('error', () => {}).end(options.input ?? '')
  child.stdout.resume()
  const log = logTail(child.stderr)
  const result = await new Promise<number | string | null>((resolve) => {
    child.on('error', (error) => resolve(error.message)).on('close', (code, signal) => resolve(code ?? signal))
  })
  options.signal.throwIfAborted()
  if (result === 0 && !log.lines.some((line) => /\b(?:ERROR|FATAL|PANIC):/.test(line))) return
  throw new TargetError(
    `Expected \`${program}\` to succeed, got ${typeof result === 'string' ? result : `exit code ${result}`}: ${log.summary()}. Check that PostgreSQL can run here.`,
    { cause: new Error(log.lines.join('\n')) },
  )
}

/** Arguments with which `postgres` takes statements from its input, a line each, without listening anywhere. */
export function singleUserMode(data: string): readonly string[] {
  // A failed statement is not repeated in the log: it can hold a password.
  return ['--single', '-F', '-D', data, '-c', 'log_min_error_statement=panic', 'postgres']
}
