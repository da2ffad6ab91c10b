import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { resolve } from 'node:path'
import { createStream } from 'rotating-file-stream'
import { OptionsError } from '../../errors.js'
import type { CliHost } from '../host.js'
import type { LogLine, Clean } from './log-line.js'

export interface Log {
  write(line: LogLine): void
  /** Resolves when every line is in the file. */
  close(): Promise<void>
}

interface LogOptions {
  readonly file: string
  /** Bytes after which a new file is begun. */
  readonly maxSize: number | undefined
  readonly quiet: boolean
  readonly clean: Clean
}

const OLD_FILES = 5
const MODE = 0o600

/** With `quiet` standard output is left to the summary object. */
export async function openLog(host: CliHost, options: LogOptions): Promise<Log> {
  const file = await openFile(host, options)
  const write = ({ level, message }: LogLine): void => {
    // A format that is the local time as ISO 8601 has it, with a space.
    const text = `${new Date().toLocaleString('sv-SE')} - ${level.toUpperCase()} - ${options.clean(message)}\n`
    file.write(text)
    if (options.quiet || level !== 'info') host.stderr.write(text)
    else host.stdout.write(text)
  }
  return {
    write,
    close: async () => {
      file.end()
      await finished(file).catch(() => undefined)
    },
  }
}

/** @throws OptionsError where the file cannot be opened */
export async function opened(open: () => Writable, what: string, where: string): Promise<Writable> {
  try {
    const file = open()
    await once(file, 'open')
    return file
  } catch (cause) {
    throw new OptionsError(`Expected to be able to write ${what}, got ${(cause as Error).message}. Set ${where}.`, {
      cause,
    })
  }
}

async function openFile(host: CliHost, options: LogOptions): Promise<Writable> {
  const path = resolve(host.cwd(), options.file)
  const open = (): Writable => openStream(path, options.maxSize)
  const file = await opened(open, `the log file \`${path}\``, '--log-file or CDC_LOG_FILE')
  // A full disk must not end the load: the console still has every line.
  file.once('error', (error) => host.stderr.write(`warning: the log file ends here: ${error.message}\n`))
  return file
}

function openStream(path: string, maxSize: number | undefined): Writable {
  if (maxSize === undefined) return createWriteStream(path, { flags: 'a', mode: MODE })
  return createStream(path, { size: `${maxSize}B`, rotate: OLD_FILES, mode: MODE })
}
