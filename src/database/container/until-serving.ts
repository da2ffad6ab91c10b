import pRetry from 'p-retry'
import { expectSegmentsUp } from '../cloudberry/segments.js'
import { connect } from '../connect.js'
import type { ConnectionOptions } from '../connection/connection.js'
import { oneLine } from '../one-line.js'
import { errorCode } from '../transient.js'

export interface ServingOptions {
  /** Milliseconds. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

const PAUSE = 250
const ATTEMPT_TIMEOUT = 10_000
/** Milliseconds after which being refused by a database is its last word: an image may set these up late. */
const GRACE = 10_000
/** The password is wrong, the database does not exist. */
const FINAL = new Set(['28P01', '3D000'])

/**
 * Waits until a database answers, and all of its segments are up if it has segments. The port of a new cluster is open
 * before anybody is let in, and closed again after that; its segments come up after the coordinator.
 *
 * @throws NotServing when that takes too long
 * @throws the signal's reason
 */
export async function untilServing(connection: ConnectionOptions, { timeout, signal }: ServingOptions): Promise<void> {
  const late = AbortSignal.timeout(timeout)
  const stop = signal ? AbortSignal.any([signal, late]) : late
  const begun = performance.now()
  let answer: unknown
  try {
    await pRetry(() => ask(connection, stop), {
      retries: Number.POSITIVE_INFINITY,
      factor: 1,
      minTimeout: PAUSE,
      signal: stop,
      onFailedAttempt: ({ error }) => {
        if (!stop.aborted) answer = error.cause ?? error
      },
      shouldRetry: () => !(FINAL.has(errorCode(answer) ?? '') && performance.now() - begun > GRACE),
    })
  } catch {
    signal?.throwIfAborted()
    throw new NotServing(Math.round(performance.now() - begun), answer)
  }
}

/** The database does not serve. */
export class NotServing extends Error {
  constructor(waited: number, cause: unknown) {
    const got = cause === undefined ? 'no answer' : oneLine((cause as Error).message || (errorCode(cause) ?? ''))
    super(`a database that does not serve after ${waited} ms: ${got}`, { cause })
  }
}

async function ask(connection: ConnectionOptions, signal: AbortSignal): Promise<void> {
  const client = await connect(connection, { timeout: ATTEMPT_TIMEOUT, signal })
  const abandon = (): void => client.destroy()
  signal.addEventListener('abort', abandon, { once: true })
  try {
    const { name } = await client.describe()
    if (name !== 'mysql') await expectSegmentsUp(client)
  } finally {
    await client.close()
    signal.removeEventListener('abort', abandon)
  }
}
