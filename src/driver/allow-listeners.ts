import { setMaxListeners } from 'node:events'

/**
 * Keeps Node.js from warning of many listeners. Test environments such as happy-dom and jsdom put signals of their own in
 * the place of Node's: these warn of nothing, and Node.js does not know them.
 */
export function allowListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_INVALID_ARG_TYPE') throw error
  }
}
