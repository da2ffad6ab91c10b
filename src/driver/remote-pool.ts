import { sharedWorker, type WorkerChannel } from './shared-worker.js'

/**
 * Lends the sessions that write to one stream after the other, on the worker thread. Whoever makes it disposes it: until
 * then sessions stay logged in, at most four, and hold nothing but the locks of a stream that goes on with a script.
 */
export class RemotePool implements AsyncDisposable {
  #channel: WorkerChannel | undefined

  /** Opens it on the worker thread, unless it is open. Returns its number there. */
  open(): number {
    // Told when the thread ends by itself.
    this.#channel ??= sharedWorker.open({ type: 'pool' }, () => (this.#channel = undefined))
    return this.#channel.stream
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const channel = this.#channel
    this.#channel = undefined
    await channel?.call('stop').catch(() => {})
    channel?.release()
  }
}
