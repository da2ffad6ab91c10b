import { setTimeout as delay } from 'node:timers/promises'
import { PostgresSink, type SinkOptions } from './postgres-sink.js'

/** How a sink is begun again. */
export interface FollowOptions extends SinkOptions {
  /** How often it is begun in all. @default 20 */
  readonly attempts?: number
  /** Milliseconds between two attempts. @default 100 */
  readonly pause?: number
}

/**
 * Follows until everything up to a position of the write-ahead log is in the copies. A sink that breaks is begun again: it knows where it was.
 */
export async function follow(lsn: string, { attempts = 20, pause = 100, ...options }: FollowOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await using sink = await PostgresSink.start(options)
      await sink.reached(lsn)
      return
    } catch (error) {
      if (attempt === attempts) throw error
      await delay(pause)
    }
  }
}
