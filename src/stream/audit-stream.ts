import type { AuditGrade } from '../audit/audit-grade.js'
import type { AuditOptions, AuditReader } from '../audit/audit-options.js'
import { gradeReads } from '../audit/grade-reads.js'
import { OptionsError, StateError } from '../errors.js'
import { checkOption } from '../options/check-options.js'
import { optionTable } from '../options/option-table.js'
import { expectKnown } from '../tables/expect-known.js'
import type { CdcStream } from './cdc-stream.js'
import type { Progress } from './reads.js'
import { SinkReads } from './sink-reads.js'

/** The compiler asks for all of them. */
const OPTION_NAMES = Object.keys({
  every: true,
  within: true,
  while: true,
  of: true,
  snapshots: true,
  signal: true,
} satisfies Record<keyof AuditOptions, true>)

/** A stream as an audit needs it. */
interface Audited {
  readonly stream: CdcStream
  readonly progress: () => Omit<Progress, 'moving'>
  /** Whether the load goes on until it is stopped. */
  readonly isEndless: boolean
}

/** Runs the load while the sink is read, lets the sink catch up, and grades it; the load stands still then. */
export async function auditStream(
  { stream, progress, isEndless }: Audited,
  read: AuditReader,
  options: AuditOptions,
): Promise<AuditGrade> {
  expectKnown(options, OPTION_NAMES, '`audit()`')
  const { every = optionTable.every.fallback, within = optionTable.within.fallback, of: target = stream } = options
  const { snapshots = true, signal } = options
  checkOption('every', every)
  checkOption('within', within)
  if (typeof read !== 'function') {
    throw new OptionsError(`Expected a function that reads the sink, \`audit(() => sink.rows())\`, got ${typeof read}.`)
  }
  if (isEndless && options.while === undefined) {
    throw new OptionsError(
      'Expected `while` with a stream that goes on until it is stopped, got none. Set `while` in `audit()`.',
    )
  }
  if (!['idle', 'running', 'paused'].includes(stream.state)) {
    throw new StateError(
      `Expected \`audit()\` on a stream that is idle or running or paused, got one that is ${stream.state}.`,
    )
  }
  signal?.throwIfAborted()
  const before = progress().acknowledged
  await begin(stream)
  const sink = new SinkReads({ stream, progress, read, target, every, within, snapshots })
  const onAbort = (): void => sink.cease(signal?.reason as Error)
  signal?.addEventListener('abort', onAbort, { once: true })
  const reading = sink.run()
  try {
    await Promise.race([workOf(stream, options), onlyErrors(reading), onlyErrors(stream.finished)])
    if (stream.state === 'running') await stream.pause()
    const commit = progress().acknowledged
    if (commit === before) throw new StateError(NO_COMMITS)
    sink.expectEnd(commit)
    await reading
    const grade = gradeReads(sink.facts(commit))
    expectDuring(grade)
    return grade
  } catch (error) {
    sink.cease(error as Error)
    await reading.catch(() => {})
    throw error
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

async function begin(stream: CdcStream): Promise<void> {
  // A stream that is stopped while it starts never gets to its first commit.
  if (stream.state === 'idle') await Promise.race([stream.start(), stream.finished])
  if (stream.state === 'paused') stream.resume()
}

async function workOf(stream: CdcStream, { while: work = stream.finished }: AuditOptions): Promise<void> {
  await (typeof work === 'function' ? work() : work)
}

/** Rejects with the work, and never resolves. */
function onlyErrors(work: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => void work.catch(reject))
}

/** An audit of a load that was not there says nothing. */
const NO_COMMITS =
  'Expected commits while the sink was audited, got none. Let `while` wait for some, such as `cdcStream.reached(100)`.'

function expectDuring({ commits, during }: AuditGrade): void {
  if (during > 0) return
  throw new StateError(
    `Expected reads while the load ran, got none before its last commit ${commits}. Let it run longer, or read more often.`,
  )
}
