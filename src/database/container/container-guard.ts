import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { getContainerRuntimeClient } from 'testcontainers'
import { TargetError } from '../../errors.js'
import { type LogTail, logTail } from '../embedded/log-tail.js'
import { removeContainer } from './remove-container.js'
import { within } from '../within.js'
import { oneLine } from '../one-line.js'
import { NotServing } from './until-serving.js'

/**
 * Milliseconds that Testcontainers waits longer than a guard. It removes a container that is late before anybody can
 * see its log, so it is not to be the first.
 */
export const TESTCONTAINERS_PATIENCE = 60_000

/** Milliseconds that Docker has for creating the container that nobody wants any more. */
const SETTLE_TIMEOUT = 10_000
/** Milliseconds from the end of a container to the end of its log. */
const LOG_TIMEOUT = 1_000

/** What was to be started. */
interface StartDescription {
  readonly image: string
  /** Milliseconds. */
  readonly timeout: number
  /** What is not to be told. */
  readonly password: string
}

/** The container ended before it was ready. */
class ContainerEnd extends Error {}

/** The container was not ready in time. */
class ContainerLate extends Error {}

/**
 * Sees to it that one start of a container is bounded, can be given up, leaves no container behind when it fails, and
 * says why it failed. Testcontainers itself cannot be told to give up, does not notice that a container has ended while
 * it waits for its health, and keeps one that was created but did not start, as when its port is taken.
 */
export class ContainerGuard {
  readonly #description: StartDescription
  readonly #givenUp = new AbortController()
  readonly #over = new AbortController()
  readonly #failed: Promise<never>
  #fail: (error: Error) => void = () => {}
  #creating = false
  #id: string | undefined
  #begun = 0
  #timer: NodeJS.Timeout | undefined
  #output: Readable | undefined
  #log: LogTail | undefined

  constructor(description: StartDescription) {
    this.#description = description
    this.#failed = new Promise<never>((_, reject) => (this.#fail = reject))
    this.#failed.catch(() => {})
  }

  /** To be called before the container is created. */
  beforeCreated(): void {
    this.#givenUp.signal.throwIfAborted()
    this.#creating = true
  }

  /** To be called when the container is created, before it is started. */
  async created(id: string): Promise<void> {
    this.#id = id
    if (this.#givenUp.signal.aborted) {
      await removeContainer(id)
      throw this.#givenUp.signal.reason
    }
    const { timeout } = this.#description
    this.#begun = performance.now()
    this.#timer = setTimeout(() => this.#fail(new ContainerLate(`no sign of it in ${timeout} ms`)), timeout)
    const { container: client } = await getContainerRuntimeClient()
    const container = client.getById(id)
    // Before it starts, so that nothing is missed of one that ends at once. Without its log, the start is still bounded.
    this.#output = await client.attach(container).catch(() => undefined)
    this.#log = this.#output && logTail(this.#output)
    this.#watchEnd(container.wait({ condition: 'next-exit', abortSignal: this.#over.signal }))
  }

  /** Milliseconds that are left. From here on the start keeps to them itself, and says what it still lacks. */
  takeOver(): number {
    clearTimeout(this.#timer)
    return Math.max(1, Math.round(this.#description.timeout - (performance.now() - this.#begun)))
  }

  /** Runs a start to its end, to the container's, or to the signal's. */
  async run<T>(start: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const starting = start(this.#givenUp.signal)
    const told = signal && once(signal, 'abort', { signal: this.#over.signal })
    told?.then(
      () => this.#fail(signal?.reason as Error),
      () => {},
    )
    try {
      return await Promise.race([starting, this.#failed])
    } catch (error) {
      const failure = signal?.aborted ? signal.reason : startError(error as Error, this.#log, this.#description)
      await this.#giveUp(starting).catch((left: Error) => {
        throw new TargetError(left.message, { cause: failure })
      })
      throw failure
    } finally {
      this.#over.abort()
      clearTimeout(this.#timer)
      this.#output?.destroy()
    }
  }

  #watchEnd(exit: Promise<{ readonly StatusCode: number }>): void {
    exit.then(
      async ({ StatusCode }) => {
        await Promise.race([this.#log?.ended, delay(LOG_TIMEOUT)])
        this.#fail(new ContainerEnd(`its end with exit code ${StatusCode}`))
      },
      // It was aborted, or the engine is gone, which the start itself notices.
      () => {},
    )
  }

  async #giveUp(starting: Promise<unknown>): Promise<void> {
    this.#givenUp.abort(new Error('The start was given up.'))
    if (this.#id !== undefined) await removeContainer(this.#id)
    // One that Docker is just creating is removed by `created`; one whose image is being fetched is never created.
    if (!this.#creating) return
    await within(starting, { timeout: SETTLE_TIMEOUT, late: new Error('still being created') }).catch(() => {})
  }
}

/** Says in one line why a container did not start, and what its log says. */
function startError(cause: Error, log: LogTail | undefined, { image, password }: StartDescription): TargetError {
  const ending = log === undefined || log.lines.length === 0 ? '' : `; its log ends: ${log.summary()}`
  // Cloudberry logs every statement, and so the one that sets the password.
  const got = `${oneLine(cause.message)}${ending}`.replaceAll(password, '…')
  return new TargetError(`Expected a container of \`${image}\` to become ready, got ${got}. ${adviceFor(cause)}`, {
    cause,
  })
}

function adviceFor(cause: Error): string {
  if (cause instanceof ContainerEnd) {
    return 'Check that the image is one of Cloudberry, PostgreSQL, MySQL or MariaDB (CDC_CONTAINER_KIND).'
  }
  if (cause instanceof ContainerLate || cause instanceof NotServing) {
    return 'Give it longer (CDC_CONTAINER_TIMEOUT), or another ready line (CDC_CONTAINER_READY).'
  }
  return 'Look at the log of the Docker engine.'
}
