import { randomBytes } from 'node:crypto'
import type { SqlClient } from '../database/client.js'
import { OptionsError } from '../errors.js'
import type { CdcStream } from '../stream/cdc-stream.js'
import { explorableOf, RerunnableStream } from '../stream/rerunnable-stream.js'
import { connect } from '../database/connect.js'
import type { ExplorableJob } from '../explore/exploration.js'
import type { ExploredStream } from '../explore/explored-stream.js'
import type { Mutate } from './mutation.js'

/** The connection of a job under test, which is seen message by message. */
export interface StreamJob extends ExplorableJob {
  readonly mutate: Mutate
}

/**
 * Opens a wire to the database of a stream that has not begun, for the job under test. Whoever opens it closes it, before the
 * stream. For test runners other than Vitest, whose fixtures have it as `job`, `explore` and `mutate`.
 *
 * @throws OptionsError for a stream that `createCdcStream` did not make
 */
export async function openJob(stream: CdcStream): Promise<StreamJob> {
  if (!(stream instanceof RerunnableStream)) {
    throw new OptionsError('Expected a stream of `createCdcStream()`, got another object.')
  }
  const explored = explorableOf(stream)
  await explored.plan()
  const { connection } = stream
  const stage = await explored.openStage({ connection })
  const closers: (() => Promise<void>)[] = []
  const admin = async <T>(_: string, work: (client: SqlClient) => Promise<T>): Promise<T> => {
    const client = await connect(connection)
    try {
      return await work(client)
    } finally {
      await client.close()
    }
  }
  const parts: ExploredStream = {
    stream: explored,
    stage,
    schema: connection.schema,
    copies: `${connection.schema}_saved_${randomBytes(4).toString('hex')}`,
    admin,
    defer: (_, close) => void closers.push(close),
    again: () => undefined,
  }
  return {
    connection: stage.connection,
    stats: async () => {
      const seen = await stage.stats()
      return { ...seen, ...explored.commitsBetween(seen.first, seen.last) }
    },
    explore: async (body, options = {}) => {
      const { exploreStream } = await import('../explore/explore-stream.js')
      return exploreStream(parts, body, options)
    },
    strike: async (body, options = {}) => {
      const { strikeStream } = await import('../explore/strike-stream.js')
      return strikeStream(parts, body, options)
    },
    mutate: async (body, options = {}) => {
      const { mutateStream } = await import('./mutate-stream.js')
      const { result, error } = await mutateStream(parts, body, options)
      if (error) throw error
      return result
    },
    [Symbol.asyncDispose]: async () => {
      await stage.close()
      for (const close of closers) await close()
    },
  }
}
