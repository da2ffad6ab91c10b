import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'dotenv'
import { OptionsError } from '../../errors.js'
import { oneLine } from '../one-line.js'

/** The variables that mean something to this package, without the empty ones. */
export type Environment = Readonly<Record<string, string>>

/** Where variables are looked for. */
export interface EnvironmentOptions {
  /** The folder in which `.env` is looked for. @default the working directory */
  readonly cwd?: string
  /** Whether `.env` is read. @default true */
  readonly dotenv?: boolean
  /** The variables of the process. @default process.env */
  readonly env?: NodeJS.ProcessEnv
}

const OURS = /^(?:CLOUDBERRY_.+|CDC_.+|CI|NO_COLOR|JOB_COMPLETION_INDEX)$/

/**
 * Reads `CLOUDBERRY_…`, `CDC_…`, `CI`, `NO_COLOR` and `JOB_COMPLETION_INDEX`: the process' environment first, then `.env`. A
 * variable that is set to nothing counts as not set, and hides what `.env` has for it. `process.env` is never changed.
 *
 * @throws OptionsError when there is a `.env` that cannot be read
 */
export function readEnvironment(options: EnvironmentOptions = {}): Environment {
  const { cwd = process.cwd(), dotenv = true, env = process.env } = options
  const merged: Record<string, string | undefined> = { ...(dotenv ? readDotenv(join(cwd, '.env')) : {}), ...env }
  const ours: Record<string, string> = {}
  for (const [name, value] of Object.entries(merged)) if (value && OURS.test(name)) ours[name] = value
  return Object.freeze(ours)
}

function readDotenv(path: string): Record<string, string> {
  try {
    return parse(readFileSync(path))
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return {}
    const got = code === 'EISDIR' ? 'a folder' : oneLine(message)
    throw new OptionsError(`Expected \`${path}\` to be a readable file, got ${got}. Mend it, or remove it.`, { cause })
  }
}
