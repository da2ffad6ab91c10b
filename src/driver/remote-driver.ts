import type { TableBaseline } from '../plan/plan-input.js'
import type { Driver, DriverEvent, DriverOptions } from './driver.js'
import type { RemotePool } from './remote-pool.js'
import { sharedWorker, type WorkerChannel } from './shared-worker.js'
import { fromWireEvent, type WireEvent } from './worker-messages.js'

/** A driver on the worker thread. */
export class RemoteDriver implements Driver {
  readonly #channel: WorkerChannel
  readonly #onEvent: (event: DriverEvent) => void

  constructor(options: DriverOptions, onEvent: (event: DriverEvent) => void, pool?: RemotePool) {
    this.#onEvent = onEvent
    this.#channel = sharedWorker.open({ type: 'open', options, pool: pool?.open() }, (event) => this.#receive(event))
  }

  /** Names it on the worker thread. */
  get stream(): number {
    return this.#channel.stream
  }

  async prepare(): Promise<readonly TableBaseline[]> {
    try {
      return (await this.#channel.call('prepare')) as readonly TableBaseline[]
    } catch (error) {
      this.#channel.release()
      throw error
    }
  }

  async run(): Promise<void> {
    await this.#channel.call('run')
  }

  async pause(): Promise<void> {
    await this.#channel.call('pause')
  }

  async step(commits: number): Promise<void> {
    await this.#channel.call('step', commits)
  }

  async setRate(changesPerSecond: number): Promise<void> {
    await this.#channel.call('setRate', changesPerSecond)
  }

  async hold(): Promise<void> {
    await this.#channel.call('hold')
  }

  async release(): Promise<void> {
    await this.#channel.call('release')
  }

  async stop(): Promise<void> {
    await this.#channel.call('stop')
  }

  async abort(): Promise<void> {
    await this.#channel.call('abort')
  }

  #receive(event: WireEvent): void {
    this.#onEvent(fromWireEvent(event))
    if (event.type === 'ended') this.#channel.release()
  }
}
