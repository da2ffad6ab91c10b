import type { CdcStream, CdcSummary } from '../../stream/cdc-stream.js'
import { type CliHost, exitCode, exitCodeOf, messageOf, type Outcome } from '../host.js'
import { type Interrupt, listenForInterrupt } from '../interrupt.js'
import type { EventFeed } from '../output/event-feed.js'
import { failure, info, countText } from '../output/log-line.js'
import type { Log } from '../output/log.js'
import type { Auditor } from '../output/auditor.js'
import type { Settings } from '../settings/settings.js'
import type { Progress } from '../output/progress.js'
import { statsLines, summaryLines, verificationLines } from '../output/summary-lines.js'

interface Driving {
  readonly stream: CdcStream
  readonly feed: EventFeed | undefined
  readonly settings: Settings
  readonly log: Log
  readonly progress: Progress
  readonly host: CliHost
  readonly auditor?: Auditor | undefined
}

interface Driven extends Driving {
  readonly interrupt: Interrupt
}

/** Runs a stream until it ends or is interrupted, says how it went, compares the tables with the ledger, and closes it. */
export async function drive(driving: Driving): Promise<Outcome> {
  const { stream, log, progress, host } = driving
  using interrupt = listenForInterrupt(host, (signal) => {
    const after = stream.state === 'stopped' || stream.state === 'failed' ? '' : ' after the batch in flight'
    log.write(info(`${signal}: ending${after}. A second signal stops at once`))
    // Should the stream fail now, `finished` says so.
    stream.stop().catch(() => undefined)
  })
  const outcome = await runAndCompare({ ...driving, interrupt })
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

async function runAndCompare(driven: Driven): Promise<Outcome> {
  const { stream, feed, interrupt, log, progress, auditor } = driven
  const feeding = feed?.run()
  // It is awaited below, in either case.
  feeding?.catch(() => undefined)
  let isSummed = false
  try {
    const grade = await auditor?.audit(stream, progress)
    const summary = grade ? await stream.stop() : await runToEnd(stream, interrupt)
    if (feed) progress.say('writing the change events')
    await feeding
    for (const line of summaryLines(summary)) log.write(line)
    isSummed = true
    if (feed) log.write(info(`Change events: ${countText(feed.events, 'event')} written to ${feed.output.name}`))
    const verified = await compare(summary, driven)
    const unmet = grade && auditor?.tell(grade, log)
    const report = { ...summary, events: feed?.events, verified, audit: grade, unmet }
    const code = interrupt.code ?? (unmet === undefined ? exitCode.ok : exitCode.unmet)
    return { code: verified === false ? exitCode.differs : code, report }
  } catch (error) {
    await feeding?.catch(() => undefined)
    const message = messageOf(error)
    log.write(failure(message))
    const stats = stream.stats()
    if (stats.commits > 0 && !isSummed) for (const line of statsLines(stats)) log.write(line)
    return { code: exitCodeOf(error), report: { error: message, seed: stream.seed, ...stats } }
  }
}

async function runToEnd(stream: CdcStream, interrupt: Interrupt): Promise<CdcSummary> {
  try {
    // A signal during the start ends the stream before `start()` has got anywhere.
    await Promise.race([stream.start(), stream.finished])
  } catch (error) {
    if (interrupt.code === undefined) throw error
  }
  return stream.finished
}

async function compare(summary: CdcSummary, driven: Driven): Promise<boolean | undefined> {
  const { stream, interrupt, log, progress, settings } = driven
  if (summary.commits === 0 || settings.target === 'none') return undefined
  if (!settings.verify) {
    log.write(info('Not compared with the ledger, as asked for'))
    return undefined
  }
  progress.say('comparing the tables with the ledger')
  // After an interrupted stream the tables are still compared, but a server that is away is not waited for; only a signal
  // that comes now ends the comparison.
  const streamed = interrupt.code === undefined
  try {
    const verification = await stream.verify(streamed ? { signal: interrupt.signal } : { retryFor: 0 })
    for (const line of verificationLines(verification)) log.write(line)
    return verification.equal
  } catch (error) {
    if (!streamed || interrupt.code === undefined) throw error
    log.write(info('Interrupted while the tables were compared with the ledger'))
    return undefined
  }
}
