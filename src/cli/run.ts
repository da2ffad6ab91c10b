import type { Writable } from 'node:stream'
import { OptionsError } from '../errors.js'
import { createCdcStream } from '../stream/create-cdc-stream.js'
import type { CdcStream } from '../stream/cdc-stream.js'
import type { StreamEvent } from '../driver/stream-event.js'
import { type Environment, readEnvironment } from '../database/connection/environment.js'
import { passwordRedactor, type Redact } from '../database/connection/redact.js'
import { linesCleaner, textCleaner } from './clean-text.js'
import { openMetrics, startCompanions } from './companions.js'
import { ddl } from './ddl.js'
import { drive, type Outcome } from './drive.js'
import { EventFeed } from './event-feed.js'
import { openEventOutput, standardOutput } from './event-output.js'
import { exitCode, exitCodeOf, messageOf } from './exit-code.js'
import type { CliHost } from './host.js'
import { inspect } from './inspect.js'
import { listenForInterrupt } from './interrupt.js'
import { createEventLines } from './log-events.js'
import { failure, info } from './log-line.js'
import { openLog, type Log } from './logger.js'
import { type Asked, readCommandLine } from './program.js'
import { plan } from './plan.js'
import { createProgress, type Progress } from './progress.js'
import { readSettings } from './read-settings.js'
import { openReplay, type Replay, replayedOptions, replayedSettings } from './replay.js'
import { expectLasting, openResume, resumableLine } from './resume.js'
import type { Settings } from './settings.js'
import { RunReport } from './run-report.js'
import { expectShared } from './shard-settings.js'
import { replayLines, startLines } from './start-lines.js'
import { toCdcOptions } from './to-cdc-options.js'
import { verify } from './verify.js'

/** The command: reads its arguments, runs a stream, and returns the exit code. */
export async function run(argv: readonly string[], host: CliHost): Promise<number> {
  // A reader that goes away, as `| head` does, must not end the load: the log file has every line.
  host.stdout.on('error', () => undefined)
  host.stderr.on('error', () => undefined)
  let redact = passwordRedactor(host.env)
  const commandLine = readCommandLine(argv, {
    out: (text) => host.stdout.write(text),
    err: (text) => host.stderr.write(`${textCleaner(redact)(text).trimEnd()}\n`),
  })
  if ('exitCode' in commandLine) return commandLine.exitCode
  try {
    const environment = readEnvironment({ cwd: host.cwd(), env: host.env })
    redact = passwordRedactor(environment)
    if (commandLine.command) return await look(commandLine, environment, host, redact)
    const planned = readSettings(commandLine.typed, environment)
    const replay = await openGiven(planned, commandLine, environment, host)
    const settings = replay ? replayedSettings(planned, replay) : planned
    if (!replay && settings.shard !== undefined && settings.target !== 'none')
      expectShared(settings, '--shard', environment)
    const options = replay ? replayedOptions(toCdcOptions(settings), replay) : toCdcOptions(settings)
    let tell: (event: StreamEvent) => void = () => undefined
    const stream = createCdcStream({ ...options, environment, observe: (event) => tell(event) })
    // Wrong settings leave no trace: files are opened only when there is something to run.
    const feed = await openFeed(stream, settings, host)
    const runReport = await RunReport.open(settings.report, host)
    const quiet = settings.json || settings.events === standardOutput
    const { logFile: file, logMaxSize: maxSize } = settings
    await using metrics = await openMetrics(settings)
    const log = await openLog(host, { file, maxSize, quiet, clean: textCleaner(redact) })
    const lines = replay ? replayLines(replay, settings, stream.seed) : startLines(settings, stream.seed)
    for (const line of lines) log.write(line)
    const progress = createProgress(host, settings)
    const companions = startCompanions(stream, settings, metrics, (line) => log.write(line))
    const eventLine = createEventLines((token) => resumableLine(token, settings, replay, environment))
    tell = (event) => {
      const line = eventLine(event)
      if (line) log.write(line)
      progress.show(event)
      companions.tell(event)
      runReport?.tell(event)
      if (event.type === 'commit') feed?.onCommit(event.commit)
    }
    const outcome = await runStream({ stream, feed, settings, log, progress, host })
    const { code, report } = (await runReport?.write(outcome, log, redact)) ?? outcome
    await companions.close()
    await log.close()
    return settings.json && code !== exitCode.usage ? await printReport(report, code, host, redact) : code
  } catch (error) {
    host.stderr.write(`error: ${textCleaner(redact)(messageOf(error))}\n`)
    return exitCodeOf(error)
  }
}

/** Runs a command that writes no stream. */
async function look(
  { command, sources, typed, out: file, dialect, schema }: Asked,
  environment: Environment,
  host: CliHost,
  redact: Redact,
): Promise<number> {
  const { stdout, stderr } = host
  const { code, out, err } =
    command === 'plan'
      ? { code: exitCode.ok, out: await plan(typed, environment), err: '' }
      : command === 'inspect'
        ? { code: exitCode.ok, ...(await inspect({ typed, tables: sources, out: file }, environment, host.cwd())) }
        : command === 'ddl'
          ? {
              code: exitCode.ok,
              out: await ddl({ typed, tables: sources, dialect, schema }, environment, host.cwd()),
              err: '',
            }
          : await verify(sources, typed, environment, host.cwd())
  const clean = linesCleaner(redact)
  // A draft is a program, and DDL is SQL, in which a word that happens to be the password has to stay.
  const error = await write(stdout, command === 'inspect' || command === 'ddl' ? out : clean(out))
  if (err !== '') stderr.write(clean(err))
  if (!error) return code
  stderr.write(`error: Expected to be able to write to standard output, got ${error.message}.\n`)
  return code || exitCode.failed
}

/** What is replayed or resumed, if anything. */
async function openGiven(
  settings: Settings,
  { typed, replay }: Asked,
  environment: Environment,
  host: CliHost,
): Promise<Replay | undefined> {
  const { resume } = settings
  if (resume === undefined) return replay === undefined ? undefined : openReplay(replay, typed, host.cwd())
  if (replay !== undefined) {
    throw new OptionsError('Expected either `replay` or --resume (CDC_RESUME), got both. Leave one of them out.')
  }
  expectLasting(settings, environment)
  return openResume(resume, typed, settings, host.cwd())
}

async function openFeed(stream: CdcStream, settings: Settings, host: CliHost): Promise<EventFeed | undefined> {
  const { events, format, eventDuplicates, eventShuffle, eventLate } = settings
  if (events === undefined) return undefined
  const faults = { duplicates: eventDuplicates, shuffle: eventShuffle, late: eventLate }
  const commits = stream.commits({ format, faults })
  return new EventFeed(stream, commits, await openEventOutput(host, events))
}

interface Running {
  readonly stream: CdcStream
  readonly feed: EventFeed | undefined
  readonly settings: Settings
  readonly log: Log
  readonly progress: Progress
  readonly host: CliHost
}

async function runStream({ stream, feed, settings, log, progress, host }: Running): Promise<Outcome> {
  using interrupt = listenForInterrupt(host, (signal) => {
    const after = stream.state === 'stopped' || stream.state === 'failed' ? '' : ' after the batch in flight'
    log.write(info(`${signal}: ending${after}. A second signal stops at once`))
    // Should the stream fail now, `finished` says so.
    stream.stop().catch(() => undefined)
  })
  const verify = settings.target === 'none' ? 'impossible' : settings.verify
  const outcome = await drive({ stream, feed, interrupt, log, progress, verify })
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

async function printReport(report: object, code: number, host: CliHost, redact: Redact): Promise<number> {
  const { stdout, stderr } = host
  const clean = (_name: string, value: unknown): unknown => (typeof value === 'string' ? redact(value) : value)
  const error = await write(stdout, `${JSON.stringify(report, clean)}\n`)
  if (!error) return code
  stderr.write(`error: Expected to be able to write the summary to standard output, got ${error.message}.\n`)
  return code || exitCode.failed
}

function write(stream: Writable, text: string): Promise<Error | null | undefined> {
  return new Promise((resolve) => stream.write(text, resolve))
}
