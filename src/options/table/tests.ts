import * as z from 'zod/mini'
import { option } from '../option.js'
import { choice, integer, milliseconds, onOrOff, sql, value } from '../values.js'

const has = ['tests'] as const
const address = z.string().check(z.minLength(1))

/** How the connection of a test's job is made. */
export interface JobOptions {
  /** For jobs that do not run on this machine, or not in its network: in a container. @default this machine alone */
  readonly listen?: JobListen
}

/** Where the wire of a job listens, and what the job calls that. */
export interface JobListen {
  /** An address of this machine, such as that of a bridge of Docker. `0.0.0.0` is all of them. @default 127.0.0.1 */
  readonly host?: string
  /** @default a free one */
  readonly port?: number
  /** The host in `job.connectionString`, `job.host` and `job.env`, such as `host.docker.internal`. @default `host`; 127.0.0.1 for all addresses */
  readonly as?: string
}

/** What only `withCdcStream` has. */
export const testOptions = {
  /** Start the load before the test's body, as if it began with `await cdcStream.start()`. @default false */
  autoStart: option({ value: onOrOff, has, fallback: false }),
  /** SQL that is run in the test's schema after its tables were created: your own tables, views, incremental views. */
  ddl: option({ value: sql, has }),
  /** Rows of every table that stand there before the test; they are commit 0 of the ledger. @default 0 */
  baseline: option({ value: integer(0, 10_000_000), has, fallback: 0 }),
  /**
   * `schema`: every test gets a schema of its own, with empty tables. `none`: the stream writes to the tables of the
   * configured schema, which the fixtures neither create nor drop. @default 'schema'
   */
  isolation: option({ value: choice(['schema', 'none']), has, fallback: 'schema' }),
  /** How the connection of `job` is made: `listen` lets jobs in containers reach it, which only this machine can else. @default none */
  job: option({
    value: value<JobOptions>(
      z.strictObject({
        listen: z.optional(
          z.partial(z.strictObject({ host: address, port: z.int().check(z.gte(1), z.lte(65_535)), as: address })),
        ),
      }),
      '{ listen: { host, port, as } }',
    ),
    has,
  }),
  /** Milliseconds that closing everything after a test may take. @default 10000 */
  teardownTimeout: option({ value: milliseconds(100, 600_000), has, fallback: 10_000 }),
}
