import type { CdcStream, CdcSummary } from '../../stream/cdc-stream.js'
import type { EventFeed } from '../output/event-feed.js'
import { exitCode, exitCodeOf, messageOf } from '../exit-code.js'
import type { Interrupt } from '../interrupt.js'
import { failure, info } from '../output/log-line.js'
import type { Log } from '../output/log.js'
import type { Progress } from '../output/progress.js'
import { statsLines, summaryLines } from '../output/summary-lines.js'
import { verificationLines } from '../output/verification-lines.js'
import { countText } from '../output/wording.js'

/** How a run ended: the exit code, and what `--json` prints. */
export interface Outcome {
  readonly code: number
  readonly report: object
}

interface Driven {
  readonly stream: CdcStream
  readonly interrupt: Interrupt
  readonly log: Log
  readonly progress: Progress
  readonly feed: EventFeed | undefined
  /** Without a database it is impossible, and goes without saying. */
  readonly verify: boolean | 'impossible'
}

/** Runs a stream to its end, tells how it went, and compares the tables with the ledger. */
export async function drive(driven: Driven): Promise<Outcome> {
  const { stream, feed, interrupt, log, progress } = driven
  const feeding = feed?.run()
  // It is awaited below, in either case.
  feeding?.catch(() => undefined)
  let isSummed = false
  try {
    const summary = await runToEnd(stream, interrupt)
    if (feed) progress.say('writing the change events')
    await feeding
    for (const line of summaryLines(summary)) log.write(line)
    isSummed = true
    if (feed) log.write(info(`Change events: ${countText(feed.events, 'event')} written to ${feed.output.name}`))
    const verified = await compare(summary, driven)
    const events = feed ? { events: feed.events } : {}
    const report = verified === undefined ? { ...summary, ...events } : { ...summary, ...events, verified }
    return { code: verified === false ? exitCode.differs : (interrupt.code ?? exitCode.ok), report }
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
  const { stream, interrupt, log, progress, verify } = driven
  if (summary.commits === 0 || verify === 'impossible') return undefined
  if (!verify) {
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
