import { sharedWorker, type WorkerChannel } from './shared-worker.js'

/**
 * Lends the sessions that write to one stream after the other, on the worker thread. Whoever makes it disposes it: until
 * then sessions stay logged in, at most four, and hold nothing.
 */
export class SessionPool implements AsyncDisposable {
  #channel: WorkerChannel | undefined

  get channel(): WorkerChannel {
    // Told when the thread ends by itself.
    return (this.#channel ??= sharedWorker.pool(() => (this.#channel = undefined)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const channel = this.#channel
    this.#channel = undefined
    await channel?.call('stop').catch(() => {})
    channel?.release()
  }
}
