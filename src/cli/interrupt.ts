import { type CliHost, exitCode } from './host.js'

export interface Interrupt extends Disposable {
  /** The exit code that the first signal asks for. */
  readonly code: number | undefined
  readonly signal: AbortSignal
}

type Signal = 'SIGINT' | 'SIGTERM'

/**
 * What a terminal sends on Ctrl+C reaches npm as well, which sends it on to us: two signals for one key.
 * https://github.com/npm/run-script/blob/main/lib/signal-manager.js
 */
const SAME_PRESS_MS = 250

/** Listens for SIGINT and SIGTERM: the first one calls `onFirst`, a second one ends the process at once. */
export function listenForInterrupt(host: CliHost, onFirst: (signal: Signal) => void): Interrupt {
  const controller = new AbortController()
  let first: { readonly code: number; readonly at: number } | undefined
  const listener = (name: NodeJS.Signals): void => {
    const signal: Signal = name === 'SIGTERM' ? 'SIGTERM' : 'SIGINT'
    if (first === undefined) {
      first = { code: exitCode[signal], at: performance.now() }
      controller.abort()
      onFirst(signal)
    } else if (performance.now() - first.at > SAME_PRESS_MS) {
      host.exit(exitCode[signal])
    }
  }
  host.on('SIGINT', listener)
  host.on('SIGTERM', listener)
  return {
    signal: controller.signal,
    get code() {
      return first?.code
    },
    [Symbol.dispose]: () => {
      host.off('SIGINT', listener)
      host.off('SIGTERM', listener)
    },
  }
}
