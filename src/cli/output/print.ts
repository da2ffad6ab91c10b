import type { Redact } from '../../database/connection/redact.js'
import { exitCode, type CliHost } from '../host.js'
import { linesCleaner } from './log-line.js'

export interface Answer {
  /** @default 0 */
  readonly code?: number
  readonly out: string
  readonly err?: string
  /** The output is a program, in which a word that happens to be the password has to stay. */
  readonly verbatim?: boolean
}

export async function printAnswer(answer: Answer, host: CliHost, redact: Redact): Promise<number> {
  const { code = exitCode.ok, out, err = '', verbatim = false } = answer
  const clean = linesCleaner(redact)
  const error = await write(host, verbatim ? out : clean(out))
  if (err !== '') host.stderr.write(clean(err))
  return error ? unwritten('to write', error, code, host) : code
}

export async function printSummary(summary: object, code: number, host: CliHost, redact: Redact): Promise<number> {
  const clean = (_name: string, value: unknown): unknown => (typeof value === 'string' ? redact(value) : value)
  const error = await write(host, `${JSON.stringify(summary, clean)}\n`)
  return error ? unwritten('to write the summary', error, code, host) : code
}

function write({ stdout }: CliHost, text: string): Promise<Error | null | undefined> {
  return new Promise((resolve) => stdout.write(text, resolve))
}

function unwritten(what: string, { message }: Error, code: number, { stderr }: CliHost): number {
  stderr.write(`error: Expected to be able ${what} to standard output, got ${message}.\n`)
  return code || exitCode.failed
}
