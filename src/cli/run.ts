import type { Writable } from 'node:stream'
import { createCdcStream } from '../stream/create-cdc-stream.js'
import type { CdcStream } from '../stream/cdc-stream.js'
import type { StreamEvent } from '../stream/stream-event.js'
import { readEnvironment } from '../target/environment.js'
import { drive, type Outcome } from './drive.js'
import { exitCode, exitCodeOf, messageOf } from './exit-code.js'
import type { CliHost } from './host.js'
import { listenForInterrupt } from './interrupt.js'
import { createEventLines } from './log-events.js'
import { failure, info } from './log-line.js'
import { openLog, type Log } from './logger.js'
import { readCommandLine } from './program.js'
import { createProgress, type Progress } from './progress.js'
import { readSettings } from './read-settings.js'
import { startLines } from './start-lines.js'
import { toCdcOptions } from './to-cdc-options.js'

/** The command: reads its arguments, runs a stream, and returns the exit code. */
export async function run(argv: readonly string[], host: CliHost): Promise<number> {
  // A reader that goes away, as `| head` does, must not end the load: the log file has every line.
  host.stdout.on('error', () => undefined)
  host.stderr.on('error', () => undefined)
  const commandLine = readCommandLine(argv, {
    out: (text) => host.stdout.write(text),
    err: (text) => host.stderr.write(text),
  })
  if ('exitCode' in commandLine) return commandLine.exitCode
  try {
    const environment = readEnvironment({ cwd: host.cwd(), env: host.env })
    const settings = readSettings(commandLine.typed, environment)
    let tell: (event: StreamEvent) => void = () => undefined
    const stream = createCdcStream({ ...toCdcOptions(settings), environment, observe: (event) => tell(event) })
    // Wrong settings leave no trace: the log file is opened only when there is something to run.
    const log = await openLog(host, { file: settings.logFile, quiet: settings.json })
    for (const line of startLines(settings, stream.seed)) log.write(line)
    const progress = createProgress(host, settings)
    const eventLine = createEventLines()
    tell = (event) => {
      const line = eventLine(event)
      if (line) log.write(line)
      progress.show(event)
    }
    const { code, report } = await runStream(stream, settings.verify, log, progress, host)
    await log.close()
    return settings.json && code !== exitCode.usage ? await printReport(report, code, host) : code
  } catch (error) {
    host.stderr.write(`error: ${messageOf(error)}\n`)
    return exitCodeOf(error)
  }
}

async function runStream(
  stream: CdcStream,
  verify: boolean,
  log: Log,
  progress: Progress,
  host: CliHost,
): Promise<Outcome> {
  using interrupt = listenForInterrupt(host, (signal) => {
    const after = stream.state === 'stopped' || stream.state === 'failed' ? '' : ' after the batch in flight'
    log.write(info(`${signal}: ending${after}. A second signal stops at once`))
    // Should the stream fail now, `finished` says so.
    stream.stop().catch(() => undefined)
  })
  const outcome = await drive({ stream, interrupt, log, progress, verify })
  progress.say('closing')
  try {
    await stream[Symbol.asyncDispose]()
    return outcome
  } catch (error) {
    log.write(failure(messageOf(error)))
    return { ...outcome, code: outcome.code || exitCode.failed }
  } finally {
    progress.stop()
  }
}

async function printReport(report: object, code: number, { stdout, stderr }: CliHost): Promise<number> {
  const error = await write(stdout, `${JSON.stringify(report)}\n`)
  if (!error) return code
  stderr.write(`error: Expected to be able to write the summary to standard output, got ${error.message}.\n`)
  return code || exitCode.failed
}

function write(stream: Writable, text: string): Promise<Error | null | undefined> {
  return new Promise((resolve) => stream.write(text, resolve))
}
