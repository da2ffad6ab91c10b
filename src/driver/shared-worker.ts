import { Worker } from 'node:worker_threads'
import { WriteError } from '../errors.js'
import {
  type CallArgument,
  type DriverMethod,
  fromWireError,
  type FromWorker,
  type Opening,
  type StageMethod,
  type ToWorker,
  toWireError,
  type WireEvent,
} from './worker-messages.js'

interface Call {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

interface OpenStream {
  readonly onEvent: (event: WireEvent) => void
  readonly calls: Map<number, Call>
  released: boolean
}

/** One stream on the worker thread. */
export interface WorkerChannel {
  readonly stream: number
  call(method: DriverMethod | StageMethod, argument?: CallArgument): Promise<unknown>
  /** To be called when the stream has ended; the thread ends with its last stream. */
  release(): void
}

/** The thread that carries streams: started with the first one, ended with the last one. */
class SharedWorker {
  readonly #streams = new Map<number, OpenStream>()
  #worker: Worker | undefined
  #next = 1
  #holds = 0

  /** Starts the thread and keeps it from ending between streams, which saves its start. Returns the way to let it go. */
  hold(): () => void {
    this.#worker ??= this.#start()
    this.#holds += 1
    let held = true
    return () => {
      if (held) this.#holds -= 1
      held = false
      this.#endIfIdle()
    }
  }

  open(opening: Opening, onEvent: (event: WireEvent) => void = () => {}): WorkerChannel {
    this.#worker ??= this.#start()
    const worker = this.#worker
    const stream = this.#next++
    const calls = new Map<number, Call>()
    const open: OpenStream = { onEvent, calls, released: false }
    this.#streams.set(stream, open)
    worker.postMessage({ ...opening, stream } satisfies ToWorker)
    return {
      stream,
      call: (method, argument) =>
        new Promise((resolve, reject) => {
          if (!this.#streams.has(stream)) return resolve(undefined)
          const call = this.#next++
          calls.set(call, { resolve, reject })
          worker.postMessage({ type: 'call', stream, call, method, argument } satisfies ToWorker)
        }),
      release: () => {
        open.released = true
        this.#close(stream)
      },
    }
  }

  /** Forgets a stream that was released, once all its calls are answered; the thread ends with its last stream. */
  #close(stream: number): void {
    const open = this.#streams.get(stream)
    if (!open?.released || open.calls.size > 0) return
    this.#streams.delete(stream)
    this.#endIfIdle()
  }

  #endIfIdle(): void {
    if (this.#streams.size > 0 || this.#holds > 0) return
    const worker = this.#worker
    this.#worker = undefined
    void worker?.terminate()
  }

  #start(): Worker {
    const entry = import.meta.url.endsWith('.ts') ? './worker-boot.mjs' : './worker.js'
    const worker = new Worker(new URL(entry, import.meta.url), { name: 'vitest-cloudberry-cdc', execArgv: [] })
    worker.on('message', (message: FromWorker) => this.#receive(message))
    worker.on('error', (cause) => this.#die(worker, cause))
    worker.on('exit', () => this.#die(worker))
    return worker
  }

  #receive(message: FromWorker): void {
    const stream = this.#streams.get(message.stream)
    if (!stream) return
    if (message.type === 'event') return stream.onEvent(message.event)
    const call = stream.calls.get(message.call)
    stream.calls.delete(message.call)
    if (message.type === 'result') call?.resolve(message.value)
    else call?.reject(fromWireError(message.error))
    this.#close(message.stream)
  }

  /** The thread is gone, and with it its connections; the database rolls back what was not committed. */
  #die(worker: Worker, cause?: Error): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const error = new WriteError(
      `Expected the thread that writes to go on, got its end${cause ? `: ${cause.message}` : ''}. Start the stream again.`,
      cause && { cause },
    )
    for (const { onEvent, calls } of this.#streams.values()) {
      onEvent({ type: 'ended', error: { ...toWireError(error), cause: undefined } })
      for (const { reject } of calls.values()) reject(error)
    }
    this.#streams.clear()
  }
}

/** The one per process that the design asks for; it holds a thread only while streams are open. */
export const sharedWorker: SharedWorker = new SharedWorker()
