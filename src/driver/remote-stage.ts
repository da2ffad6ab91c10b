import type { ConnectionOptions } from '../database/connection/connection.js'
import type { WireStats } from '../wire/wire.js'
import type { Driver } from './driver.js'
import { RemoteDriver } from './remote-driver.js'
import { sharedWorker, type WorkerChannel } from './shared-worker.js'
import type { Aim, Scene, Watching } from './scene.js'
import type { Stage, StageOptions } from './stage.js'

/** A stage on the worker thread: it answers while the thread of the test is blocked by a process that it waits for. */
export class RemoteStage implements Stage {
  readonly connection: ConnectionOptions
  readonly #channel: WorkerChannel

  private constructor(channel: WorkerChannel, connection: ConnectionOptions) {
    this.#channel = channel
    this.connection = connection
  }

  static async open(options: StageOptions): Promise<RemoteStage> {
    const channel = sharedWorker.open({ type: 'wire', options })
    try {
      return new RemoteStage(channel, (await channel.call('connection')) as ConnectionOptions)
    } catch (error) {
      channel.release()
      throw error
    }
  }

  async begin(driver: Driver | undefined, aims: readonly Aim[], watching?: Watching): Promise<void> {
    const stream = driver instanceof RemoteDriver ? driver.stream : 0
    await this.#channel.call('begin', { stream, aims, watching })
  }

  async settle(): Promise<void> {
    await this.#channel.call('settle')
  }

  async stats(): Promise<WireStats> {
    return (await this.#channel.call('stats')) as WireStats
  }

  async end(): Promise<Scene> {
    return (await this.#channel.call('end')) as Scene
  }

  async close(): Promise<void> {
    await this.#channel.call('close')
    this.#channel.release()
  }
}
