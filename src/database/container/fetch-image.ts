import { type ContainerRuntimeClient, ImageName } from 'testcontainers'
import { TargetError } from '../../errors.js'
import { oneLine } from '../one-line.js'
import { within } from './within.js'

/** Milliseconds for an image of a gigabyte or two. */
const FETCH_TIMEOUT = 900_000

/**
 * Has Docker fetch an image, unless it has it.
 *
 * @throws TargetError when there is no such image, or no way to it
 * @throws the signal's reason; Docker goes on fetching
 */
export async function fetchImage(runtime: ContainerRuntimeClient, name: string, signal?: AbortSignal): Promise<void> {
  const fetch = async (): Promise<void> => {
    const image = ImageName.fromString(name)
    await runtime.image.pull(image)
    // Testcontainers does not look at errors that occur while an image is under way.
    await runtime.image.inspect(image)
  }
  const late = (): Error => new Error(`not all of it in ${FETCH_TIMEOUT} ms`)
  try {
    await within(fetch(), { timeout: FETCH_TIMEOUT, late, signal })
  } catch (cause) {
    signal?.throwIfAborted()
    throw new TargetError(
      `Expected the image \`${name}\` on this machine or in its registry, got: ${oneLine((cause as Error).message)}. Correct CDC_CONTAINER_IMAGE, or try: docker pull ${name}`,
      { cause },
    )
  }
}
