import pRetry from 'p-retry'
import { getContainerRuntimeClient } from 'testcontainers'
import { TargetError } from '../../errors.js'
import { oneLine } from '../one-line.js'

/** Milliseconds that Docker has for it. */
const REMOVE_TIMEOUT = 10_000

/**
 * Kills a container, and removes it with its data. It is no error if it is not there.
 *
 * @throws TargetError when it is still there after ten seconds
 */
export async function removeContainer(id: string): Promise<void> {
  const signal = AbortSignal.timeout(REMOVE_TIMEOUT)
  try {
    const { container } = await getContainerRuntimeClient()
    // While another removal is in progress, Docker refuses: the container is gone when there is none to remove.
    const removing = { force: true, v: true, abortSignal: signal }
    const remove = (): Promise<unknown> => container.getById(id).remove(removing).catch(unlessGone)
    await pRetry(remove, { retries: 100, factor: 1, minTimeout: 100, signal })
  } catch (cause) {
    const got = signal.aborted ? `nothing in ${REMOVE_TIMEOUT} ms` : oneLine((cause as Error).message)
    throw new TargetError(
      `Expected to remove container ${id.slice(0, 12)}, got: ${got}. Remove it: docker rm --force --volumes ${id.slice(0, 12)}`,
      { cause },
    )
  }
}

function unlessGone(error: { readonly statusCode?: number }): void {
  if (error.statusCode !== 404) throw error as Error
}
