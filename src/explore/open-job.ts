import { randomBytes } from 'node:crypto'
import type { ClientBase } from 'pg'
import { OptionsError } from '../errors.js'
import type { CdcStream } from '../stream/cdc-stream.js'
import { RerunnableStream } from '../stream/rerunnable-stream.js'
import { connect } from '../target/connect.js'
import type { ConnectionOptions } from '../target/connection.js'
import { endSession } from '../target/end-session.js'
import type { WireStats } from '../wire/wire-stats.js'
import type { Exploration } from './explore.js'
import { exploreStream, type JobExploration } from './explore-stream.js'

/** What a job did on its wire. */
export interface JobStats extends WireStats {
  /** Commits of the stream between the job's first statement and the answer to its last one. */
  readonly commits: number
}

/** The connection of a job under test, which is seen message by message. */
export interface StreamJob extends AsyncDisposable {
  /** What the job connects with. It finds the stream's schema where it asks for it. */
  readonly connection: ConnectionOptions
  stats(): Promise<JobStats>
  /**
   * Runs the job once for each statement that it sends, with a commit of the stream just before it, each time from the same
   * start. All tables of the stream's schema are emptied and put back: it has to be the stream's own.
   *
   * @throws PlaceError that names the first place at which the body fails
   */
  explore(body: () => Promise<void>, options?: JobExploration): Promise<Pick<Exploration, 'runs' | 'tried'>>
}

/**
 * Opens a wire to the database of a stream that has not begun, for the job under test. Whoever opens it closes it, before the
 * stream. For test runners other than Vitest, whose fixtures have it as `job` and `explore`.
 *
 * @throws OptionsError for a stream that `createCdcStream` did not make
 */
export async function openJob(stream: CdcStream): Promise<StreamJob> {
  if (!(stream instanceof RerunnableStream)) {
    throw new OptionsError('Expected a stream of `createCdcStream()`, got another object.')
  }
  await stream.plan()
  const { connection } = stream
  const stage = await stream.openStage({ connection })
  const closers: (() => Promise<void>)[] = []
  const admin = async <T>(_: string, work: (client: ClientBase) => Promise<T>): Promise<T> => {
    const client = await connect(connection)
    try {
      return await work(client)
    } finally {
      await endSession(client)
    }
  }
  return {
    connection: stage.connection,
    stats: async () => {
      const seen = await stage.stats()
      return { ...seen, commits: stream.commitsBetween(seen.first, seen.last) }
    },
    explore: (body, options = {}) =>
      exploreStream(
        {
          stream,
          stage,
          schema: connection.schema,
          copies: `${connection.schema}_saved_${randomBytes(4).toString('hex')}`,
          admin,
          defer: (_, close) => void closers.push(close),
          again: () => undefined,
        },
        body,
        options,
      ),
    [Symbol.asyncDispose]: async () => {
      await stage.close()
      for (const close of closers) await close()
    },
  }
}
