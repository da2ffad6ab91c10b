import { setTimeout as delay } from 'node:timers/promises'

/** Runs a job as its scheduler does: once more, a moment later, if it failed. */
export async function again(job: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await job()
    } catch (error) {
      if (attempt === 10) throw error
      await delay(50)
    }
  }
}
