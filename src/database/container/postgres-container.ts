import { randomBytes } from 'node:crypto'
import { PostgreSqlContainer, type StartedPostgreSqlContainer } from '@testcontainers/postgresql'
import { ContainerGuard, TESTCONTAINERS_PATIENCE } from './container-guard.js'
import type { ContainerSettings } from './container-settings.js'

/** As the embedded server has them. */
const SETTINGS = { wal_level: 'logical', max_connections: '300', max_wal_senders: '20', max_replication_slots: '20' }

/** A container with PostgreSQL, set up for change data capture. */
export class PostgresContainer extends PostgreSqlContainer {
  readonly #settings: ContainerSettings
  readonly #password: string = randomBytes(16).toString('hex')
  #guard: ContainerGuard | undefined

  constructor(settings: ContainerSettings) {
    super(settings.image)
    this.#settings = settings
    const flags = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    this.withCommand(['postgres', ...flags])
      .withPassword(this.#password)
      .withStartupTimeout(settings.startTimeout + TESTCONTAINERS_PATIENCE)
  }

  /** Starts a container. A start that fails leaves no container behind. */
  override async start(options: { readonly signal?: AbortSignal } = {}): Promise<StartedPostgreSqlContainer> {
    const { image, startTimeout: timeout } = this.#settings
    const guard = new ContainerGuard({ image, timeout, password: this.#password })
    this.#guard = guard
    return guard.run(() => super.start(), options.signal)
  }

  protected override async beforeContainerCreated(): Promise<void> {
    this.#guard?.beforeCreated()
    await Promise.resolve()
  }

  protected override async containerCreated(id: string): Promise<void> {
    await this.#guard?.created(id)
  }
}
