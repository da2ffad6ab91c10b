import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type ContainerRuntimeClient, getContainerRuntimeClient, getReaper, ImageName } from 'testcontainers'
import { TargetError } from '../../errors.js'
import { withoutBrackets } from '../connection/is-loopback.js'
import { oneLine } from '../one-line.js'
import { within } from '../within.js'

/** Milliseconds for the search. Inside a container, Testcontainers finds its host with the help of another one. */
const FIND_TIMEOUT = 120_000
const PROBE_TIMEOUT = 2_000
const DEFAULT_SOCKET = 'unix:///var/run/docker.sock'

/** Milliseconds for an image of a gigabyte or two. */
const FETCH_TIMEOUT = 900_000

/** Milliseconds; its image is small, but may have to be fetched. */
const REAPER_TIMEOUT = 300_000

/**
 * Finds the Docker engine as Testcontainers does: DOCKER_HOST, then the usual sockets.
 *
 * @throws TargetError that says where it was looked for
 * @throws the signal's reason
 */
export function findEngine(signal?: AbortSignal): Promise<ContainerRuntimeClient> {
  const bounds = { timeout: FIND_TIMEOUT, late: new Error(`no answer in ${FIND_TIMEOUT} ms`), signal }
  return explained(within(getContainerRuntimeClient(), bounds), signal, async () => {
    const host = process.env['DOCKER_HOST']
    const tried = await Promise.all([
      ...(host ? [probe(host).then((answer) => `DOCKER_HOST=${withoutLogin(host)} (${answer})`)] : []),
      probe(DEFAULT_SOCKET).then((answer) => `${new URL(DEFAULT_SOCKET).pathname} (${answer})`),
    ])
    return `Expected a Docker engine for the target \`container\`, got none at ${tried.join(', ')}. Start Docker, set DOCKER_HOST, or choose another target.`
  })
}

/**
 * Has Docker fetch an image, unless it has it.
 *
 * @throws TargetError when there is no such image, or no way to it
 * @throws the signal's reason; Docker goes on fetching
 */
export function fetchImage({ image }: ContainerRuntimeClient, name: string, signal?: AbortSignal): Promise<void> {
  const fetch = async (): Promise<void> => {
    const wanted = ImageName.fromString(name)
    await image.pull(wanted)
    // Testcontainers does not look at errors that occur while an image is under way.
    await image.inspect(wanted)
  }
  const bounds = { timeout: FETCH_TIMEOUT, late: new Error(`not all of it in ${FETCH_TIMEOUT} ms`), signal }
  return explained(within(fetch(), bounds), signal, (got) => {
    return `Expected the image \`${name}\` on this machine or in its registry, got: ${got}. Correct CDC_CONTAINER_IMAGE, or try: docker pull ${name}`
  })
}

/**
 * Has Testcontainers start the container that removes ours when this process is killed, unless it is told not to.
 *
 * @throws TargetError when it does not start
 * @throws the signal's reason
 */
export async function startReaper(runtime: ContainerRuntimeClient, signal?: AbortSignal): Promise<void> {
  const bounds = { timeout: REAPER_TIMEOUT, late: new Error(`nothing in ${REAPER_TIMEOUT} ms`), signal }
  await explained(within(getReaper(runtime), bounds), signal, (got) => {
    return `Expected Testcontainers to start its own container (testcontainers/ryuk), which removes ours when this process is killed, got: ${got}. Fetch its image, or go without: TESTCONTAINERS_RYUK_DISABLED=true`
  })
}

async function explained<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  explain: (got: string) => string | Promise<string>,
): Promise<T> {
  try {
    return await work
  } catch (cause) {
    signal?.throwIfAborted()
    throw new TargetError(await explain(oneLine((cause as Error).message)), { cause })
  }
}

/** Testcontainers does not tell why an address did not do. */
async function probe(address: string): Promise<string> {
  let socket: Socket | undefined
  try {
    const { hostname, port, pathname } = new URL(address)
    socket = hostname === '' ? connect(pathname) : connect(Number(port), withoutBrackets(hostname))
    await once(socket, 'connect', { signal: AbortSignal.timeout(PROBE_TIMEOUT) })
    return 'does not answer as Docker does'
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return typeof code === 'string' ? code.replace('ABORT_ERR', 'no answer') : oneLine(message, 60)
  } finally {
    socket?.destroy()
  }
}

function withoutLogin(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//')
}
