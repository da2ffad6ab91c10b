import { OptionsError } from '../errors.js'
import type { ReadLog, ReadWindow } from './read-log.js'

/** Which commits a read may show, and why no older ones. */
export interface Floor {
  readonly since: number
  /** @default the last one that was sent */
  readonly until?: number | undefined
  /** What is said of the commit `since`, after its number. */
  readonly because: string
  /** For the age of what is older. */
  readonly log?: ReadLog | undefined
}

const ADVICE = 'if it was read earlier, read inside `cdcStream.read()`'

/** The floor that a user sets. */
export function floorFrom(since: number, until: number | undefined): Floor {
  return { since, until, because: 'from which on it was to be' }
}

/**
 * The floor of something that was read: what was acknowledged when its `read()` began; else the newest commit that was reported to the test.
 *
 * @param log of the stream
 * @param until the last commit that is considered, where that is given
 */
export function freshFloor(rows: unknown, log: ReadLog | undefined, until: number | undefined): Floor {
  if (!log) return { since: 0, until, because: '' }
  const windows = windowsOf(rows, log)
  const { commit, by } = log.reported
  const read = windows.reduce((latest, window) => Math.max(latest, window?.since ?? 0), 0)
  const bare = windows.includes(undefined) && commit > read
  const ends = windows.flatMap((window) => (window ? [window.until] : []))
  const because = bare
    ? `which \`${by}\` had reported before this read; ${ADVICE}`
    : 'which had been acknowledged when `read()` began'
  return {
    since: bare ? commit : read,
    until: until ?? (ends.length > 0 ? Math.min(...ends) : undefined),
    because,
    log,
  }
}

/** The floor of a sink that follows asynchronously; `what` is the sink, as it is known again. */
export function laggingFloor(what: string, log: ReadLog | undefined, until?: number): Floor {
  if (!log?.lagging) {
    throw new OptionsError(
      'Expected `lagging` with a stream of the fixtures, which see at the end of the test whether the sink has arrived, got another one. Use `since`.',
    )
  }
  const since = log.lagging.floorOf(what)
  return { since, until, because: 'which the same sink had shown before', log }
}

/** What is said of rows that are as after a commit below the floor. */
export function staleText(commit: number, { since, because, log }: Floor): string {
  const age = since - commit
  const milliseconds = log?.millisecondsBetween(commit, since)
  const passed = milliseconds === undefined ? '' : ` (${Math.round(milliseconds)} ms)`
  const older = `${age} ${age === 1 ? 'commit' : 'commits'}${passed} older than commit ${since}`
  return `the rows are as after commit ${commit}, ${older}, ${because}`
}

/** Of rows of several tables, of each. */
function windowsOf(rows: unknown, log: ReadLog): (ReadWindow | undefined)[] {
  const whole = log.windowOf(rows)
  if (whole || typeof rows !== 'object' || rows === null || !isPlain(rows)) return [whole]
  return Object.values(rows).map((part) => log.windowOf(part))
}

/** An object with the rows of several tables; a result of `pg` is none. */
function isPlain(rows: object): boolean {
  return Object.getPrototypeOf(rows) === Object.prototype && !('rows' in rows)
}
