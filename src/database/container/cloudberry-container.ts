import { randomBytes } from 'node:crypto'
import { GenericContainer, Wait } from 'testcontainers'
import { OptionsError } from '../../errors.js'
import { expectKnown } from '../../tables/expect-known.js'
import { ContainerGuard, TESTCONTAINERS_PATIENCE } from './container-guard.js'
import { CLOUDBERRY_IMAGE, START_TIMEOUT } from './container-settings.js'
import { CLOUDBERRY_PORT, StartedCloudberryContainer } from './started-cloudberry-container.js'

/** The image says the one when a new cluster is up, and the other before it starts the one that it finds in its data. */
const READY_LINE = /INFO - (?:Execute custom init scripts|Start Cloudberry)/

/** How a start is waited for. */
export interface CloudberryStartOptions {
  /** Gives up starting. */
  readonly signal?: AbortSignal
}

/**
 * A container with Apache Cloudberry, made for the images of https://github.com/woblerr/docker-cloudberry. It counts as
 * started when all of its segments are up.
 *
 * @example
 * await using container = await new CloudberryContainer().start()
 * const client = new Client({ connectionString: container.getConnectionUri() })
 */
export class CloudberryContainer extends GenericContainer {
  #database = 'demo'
  #username = 'gpadmin'
  #password: string = randomBytes(16).toString('hex')
  #timeout = START_TIMEOUT
  #guard: ContainerGuard | undefined

  constructor(image: string = CLOUDBERRY_IMAGE) {
    super(image)
    this.withExposedPorts(CLOUDBERRY_PORT)
      .withHostname('cdw')
      // With Docker's default of 64 MB `gpinitsystem` fails.
      .withSharedMemorySize(1024 ** 3)
      .withReadyLine(READY_LINE)
      .withStartupTimeout(this.#timeout)
  }

  /** The database that is created. @default 'demo' */
  withDatabase(database: string): this {
    this.#database = database
    return this
  }

  /** The superuser. @default 'gpadmin' */
  withUsername(username: string): this {
    this.#username = username
    return this
  }

  /** The superuser's password, without white space. @default random */
  withPassword(password: string): this {
    // The image hands it to `gpinitsystem` without quotes.
    if (!/^[^\s*?[\]]+$/.test(password)) {
      throw new OptionsError(
        'Expected `withPassword` to be told a text without white space, `*`, `?`, `[` or `]`, got something else. Choose another password.',
      )
    }
    this.#password = password
    return this
  }

  /**
   * What the log says when the database is about to be ready. With scripts in `/docker-entrypoint-initdb.d` that is
   * `/INFO - Finished executing custom initialization scripts/`.
   */
  withReadyLine(line: string | RegExp): this {
    return this.withWaitStrategy(Wait.forLogMessage(line))
  }

  /** Milliseconds from the start of the container until its database must serve. @default 300000 */
  override withStartupTimeout(timeout: number): this {
    this.#timeout = timeout
    return super.withStartupTimeout(timeout + TESTCONTAINERS_PATIENCE)
  }

  /**
   * Starts a container and waits until its database serves. A start that fails leaves no container behind.
   *
   * @throws TargetError
   * @throws the signal's reason
   */
  override async start(options: CloudberryStartOptions = {}): Promise<StartedCloudberryContainer> {
    expectKnown(options, ['signal'], '`start()`')
    this.withEnvironment({
      CLOUDBERRY_DATABASE_NAME: this.#database,
      CLOUDBERRY_USER: this.#username,
      CLOUDBERRY_PASSWORD: this.#password,
    })
    const [timeout, password] = [this.#timeout, this.#password]
    const login = { database: this.#database, username: this.#username, password }
    const guard = new ContainerGuard({ image: this.imageName.string, timeout, password })
    this.#guard = guard
    return guard.run(async (signal) => {
      const started = new StartedCloudberryContainer(await super.start(), login, timeout)
      await started.untilServing({ timeout: guard.takeOver(), signal })
      return started
    }, options.signal)
  }

  protected override async beforeContainerCreated(): Promise<void> {
    this.#guard?.beforeCreated()
    await Promise.resolve()
  }

  protected override async containerCreated(id: string): Promise<void> {
    await this.#guard?.created(id)
  }
}
