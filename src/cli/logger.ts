import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { resolve } from 'node:path'
import { createLogger, format, transports, type Logform, type Logger } from 'winston'
import { OptionsError } from '../errors.js'
import type { CliHost } from './host.js'
import type { LogLine } from './log-line.js'

/** Where log lines go: to the console and to the log file. */
export interface Log {
  write(line: LogLine): void
  /** Resolves when every line is in the file. */
  close(): Promise<void>
}

/**
 * Opens the log file and makes the logger. With `quiet` standard output is left to the summary object.
 *
 * @throws OptionsError when the file cannot be written
 */
export async function openLog(
  host: CliHost,
  options: { readonly file: string; readonly quiet: boolean },
): Promise<Log> {
  const file = await openFile(host, options.file)
  const logger = createLogger({
    levels: { error: 0, warning: 1, info: 2 },
    level: 'info',
    format: format.combine(format.timestamp({ format: 'YYYY-MM-DD HH:mm:ss' }), format.printf(toText)),
    transports: [
      new transports.Stream({ stream: file, eol: '\n' }),
      new transports.Stream({ stream: host.stderr, eol: '\n', level: options.quiet ? 'info' : 'warning' }),
      ...(options.quiet ? [] : [new transports.Stream({ stream: host.stdout, eol: '\n', format: onlyInfo() })]),
    ],
  })
  return { write: (line) => void logger.log(line.level, line.message), close: () => close(logger, file) }
}

async function openFile(host: CliHost, name: string): Promise<WriteStream> {
  const path = resolve(host.cwd(), name)
  const file = createWriteStream(path, { flags: 'a' })
  try {
    await once(file, 'open')
  } catch (cause) {
    throw new OptionsError(
      `Expected to be able to write the log file \`${path}\`, got ${(cause as Error).message}. Set --log-file or CDC_LOG_FILE.`,
      { cause },
    )
  }
  // A full disk must not end the load: the console still has every line.
  file.once('error', (error) => host.stderr.write(`warning: the log file ends here: ${error.message}\n`))
  return file
}

function toText({ timestamp, level, message }: Logform.TransformableInfo): string {
  // Messages hold what servers said; neither their line breaks nor their terminal codes are to reach a line of ours.
  // oxlint-disable-next-line no-control-regex
  return `${String(timestamp)} - ${level.toUpperCase()} - ${String(message).replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')}`
}

const onlyInfo = format((line) => (line.level === 'info' ? line : false))

async function close(logger: Logger, file: WriteStream): Promise<void> {
  const written = once(logger, 'finish')
  logger.end()
  await written
  file.end()
  await finished(file).catch(() => undefined)
}
