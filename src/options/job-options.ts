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
