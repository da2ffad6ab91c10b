import { randomBytes } from 'node:crypto'
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'
import { withoutBrackets } from '../connection/is-loopback.js'
import type { ConnectionOptions } from '../connection/connection.js'
import { ContainerGuard, TESTCONTAINERS_PATIENCE } from './container-guard.js'
import type { ContainerSettings } from './container-settings.js'
import { untilServing } from './until-serving.js'

const PORT = 3306
/** The server that sets up a new database listens on no port: https://github.com/docker-library/mysql */
const READY_LINE = /port: 3306\b/

/** What a connector needs of its source. */
const SETTINGS = {
  'server-id': '1',
  'log-bin': 'binlog',
  'binlog-format': 'ROW',
  'binlog-row-image': 'FULL',
  'binlog-row-metadata': 'FULL',
  'local-infile': 'ON',
}

/**
 * A container with MariaDB or MySQL, set up for change data capture; for images that take the variables of Docker's official
 * ones. For those, Testcontainers' own modules would add a package each, and nothing that is needed here.
 */
export class MysqlContainer extends GenericContainer {
  readonly #settings: ContainerSettings
  readonly #password: string = randomBytes(16).toString('hex')
  #guard: ContainerGuard | undefined

  constructor(settings: ContainerSettings) {
    super(settings.image)
    this.#settings = settings
    this.withExposedPorts(PORT)
      .withCommand(Object.entries(SETTINGS).map(([name, value]) => `--${name}=${value}`))
      .withEnvironment({ [`${settings.kind.toUpperCase()}_ROOT_PASSWORD`]: this.#password })
      .withWaitStrategy(Wait.forLogMessage(settings.readyLine ?? READY_LINE))
      .withStartupTimeout(settings.startTimeout + TESTCONTAINERS_PATIENCE)
  }

  /** Starts a container and waits until its database serves. A start that fails leaves no container behind. */
  async serve(
    schema: string,
    signal?: AbortSignal,
  ): Promise<{ readonly started: StartedTestContainer; readonly connection: ConnectionOptions }> {
    const { image, startTimeout: timeout } = this.#settings
    const guard = new ContainerGuard({ image, timeout, password: this.#password })
    this.#guard = guard
    return guard.run(async (givenUp) => {
      const started = await super.start()
      const connection: ConnectionOptions = {
        protocol: 'mysql',
        host: withoutBrackets(started.getHost()),
        port: started.getMappedPort(PORT),
        database: schema,
        user: 'root',
        password: this.#password,
        schema,
        sslmode: 'disable',
      }
      await untilServing(connection, { timeout: guard.takeOver(), signal: givenUp })
      return { started, connection }
    }, signal)
  }

  protected override async beforeContainerCreated(): Promise<void> {
    this.#guard?.beforeCreated()
    await Promise.resolve()
  }

  protected override async containerCreated(id: string): Promise<void> {
    await this.#guard?.created(id)
  }
}
