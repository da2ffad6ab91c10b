import { setImmediate as rest } from 'node:timers/promises'
import type { Pool } from 'pg'
import { copySales } from './copy-sales.js'

/** A sink that follows by itself: nobody waits for it, and what it shows may be a little old. */
export function followSales(pool: Pool): AsyncDisposable {
  let following = true
  const work = (async () => {
    while (following) {
      await copySales(pool)
      await rest()
    }
  })()
  return {
    async [Symbol.asyncDispose]() {
      following = false
      await work
    },
  }
}
