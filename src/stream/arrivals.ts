interface Waiter {
  readonly commit: number
  readonly resolve: (made: boolean) => void
}

/** Lets callers wait for commits. */
export class Arrivals {
  readonly #waiters = new Set<Waiter>()
  #commit = 0
  #ended = false

  /** Resolves with true once the commit is made, and with false when it cannot come any more. */
  wait(commit: number, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted()
    if (commit <= this.#commit) return Promise.resolve(true)
    if (this.#ended) return Promise.resolve(false)
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.delete(waiter)
        reject(signal?.reason as Error)
      }
      const waiter: Waiter = {
        commit,
        resolve: (made) => {
          signal?.removeEventListener('abort', onAbort)
          resolve(made)
        },
      }
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  made(commit: number): void {
    this.#commit = commit
    this.#settle((waiter) => waiter.commit <= commit, true)
  }

  /** No commit comes any more. */
  end(): void {
    this.#ended = true
    this.#settle(() => true, false)
  }

  #settle(which: (waiter: Waiter) => boolean, made: boolean): void {
    for (const waiter of this.#waiters) {
      if (!which(waiter)) continue
      this.#waiters.delete(waiter)
      waiter.resolve(made)
    }
  }
}
