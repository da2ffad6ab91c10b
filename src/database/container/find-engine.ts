import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers'
import { TargetError } from '../../errors.js'
import { withoutBrackets } from '../connection/is-loopback.js'
import { oneLine } from '../one-line.js'
import { within } from './within.js'

/** Milliseconds for the search. Inside a container, Testcontainers finds its host with the help of another one. */
const FIND_TIMEOUT = 120_000
const PROBE_TIMEOUT = 2_000
const DEFAULT_SOCKET = 'unix:///var/run/docker.sock'

/**
 * Finds the Docker engine as Testcontainers does: DOCKER_HOST, then the usual sockets.
 *
 * @throws TargetError that says where it was looked for
 * @throws the signal's reason
 */
export async function findEngine(signal?: AbortSignal): Promise<ContainerRuntimeClient> {
  const late = (): Error => new Error(`no answer in ${FIND_TIMEOUT} ms`)
  try {
    return await within(getContainerRuntimeClient(), { timeout: FIND_TIMEOUT, late, signal })
  } catch (cause) {
    signal?.throwIfAborted()
    const host = process.env['DOCKER_HOST']
    const tried = await Promise.all([
      ...(host ? [probe(host).then((answer) => `DOCKER_HOST=${withoutLogin(host)} (${answer})`)] : []),
      probe(DEFAULT_SOCKET).then((answer) => `${new URL(DEFAULT_SOCKET).pathname} (${answer})`),
    ])
    throw new TargetError(
      `Expected a Docker engine for the target \`container\`, got none at ${tried.join(', ')}. Start Docker, set DOCKER_HOST, or choose another target.`,
      { cause },
    )
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
