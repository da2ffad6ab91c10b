import { type ContainerRuntimeClient, getReaper } from 'testcontainers'
import { TargetError } from '../../errors.js'
import { oneLine } from '../one-line.js'
import { within } from './within.js'

/** Milliseconds; its image is small, but may have to be fetched. */
const REAPER_TIMEOUT = 300_000

/**
 * Has Testcontainers start the container that removes ours when this process is killed, unless it is told not to.
 *
 * @throws TargetError when it does not start
 * @throws the signal's reason
 */
export async function startReaper(runtime: ContainerRuntimeClient, signal?: AbortSignal): Promise<void> {
  const late = (): Error => new Error(`nothing in ${REAPER_TIMEOUT} ms`)
  try {
    await within(getReaper(runtime), { timeout: REAPER_TIMEOUT, late, signal })
  } catch (cause) {
    signal?.throwIfAborted()
    throw new TargetError(
      `Expected Testcontainers to start its own container (testcontainers/ryuk), which removes ours when this process is killed, got: ${oneLine((cause as Error).message)}. Fetch its image, or go without: TESTCONTAINERS_RYUK_DISABLED=true`,
      { cause },
    )
  }
}
