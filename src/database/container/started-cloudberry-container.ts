import { AbstractStartedContainer, type RestartOptions, type StartedTestContainer } from 'testcontainers'
import { TargetError } from '../../errors.js'
import { withoutBrackets } from '../connection/is-loopback.js'
import { type ServingOptions, untilServing } from './until-serving.js'

/** What to log in with. */
export interface CloudberryLogin {
  readonly database: string
  readonly username: string
  readonly password: string
}

export const CLOUDBERRY_PORT = 5432

/** A container whose Cloudberry serves. Disposing it stops and removes the container. */
export class StartedCloudberryContainer extends AbstractStartedContainer {
  readonly #login: CloudberryLogin
  readonly #timeout: number

  constructor(container: StartedTestContainer, login: CloudberryLogin, timeout: number) {
    super(container)
    this.#login = login
    this.#timeout = timeout
  }

  /** The port on this machine. */
  getPort(): number {
    return this.getMappedPort(CLOUDBERRY_PORT)
  }

  getDatabase(): string {
    return this.#login.database
  }

  getUsername(): string {
    return this.#login.username
  }

  getPassword(): string {
    return this.#login.password
  }

  /** `postgres://user:password@host:port/database` */
  getConnectionUri(): string {
    const url = new URL('postgres://')
    url.hostname = this.getHost()
    url.port = String(this.getPort())
    url.pathname = this.getDatabase()
    url.username = this.getUsername()
    url.password = this.getPassword()
    return url.href
  }

  override async restart(options?: Partial<RestartOptions>): Promise<void> {
    await super.restart(options)
    await this.untilServing({ timeout: this.#timeout }).catch((cause: Error) => {
      const message = `Expected the container to be ready after its restart, got ${cause.message}. See its log.`
      throw new TargetError(message, { cause })
    })
  }

  /** @internal */
  async untilServing(options: ServingOptions): Promise<void> {
    const { database, username: user, password } = this.#login
    const host = withoutBrackets(this.getHost())
    const connection = { host, port: this.getPort(), database, user, password, schema: 'public' }
    await untilServing(connection, options)
  }
}
