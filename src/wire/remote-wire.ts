import type { MessagePort } from 'node:worker_threads'
import { TargetError } from '../errors.js'
import type { ConnectionOptions } from '../target/connection.js'
import type { RemoteCalls, Reply, Request } from './remote-calls.js'

type Method<Deed> = keyof RemoteCalls<Deed>

/** A wire on another thread, which goes on while this one is blocked. */
export interface RemoteWire<Deed> extends AsyncDisposable {
  /** What the job connects with. */
  readonly connection: ConnectionOptions
  /** Asks the wire. Resolves to undefined when it is closed. */
  call<Name extends Method<Deed>>(
    method: Name,
    ...args: Parameters<RemoteCalls<Deed>[Name]>
  ): Promise<ReturnType<RemoteCalls<Deed>[Name]> | undefined>
}

/**
 * The wire that `serveWire()` opens on the other end of the port.
 *
 * @throws TargetError when it cannot be opened, or its thread ends before
 */
export async function remoteWire<Deed>(port: MessagePort): Promise<RemoteWire<Deed>> {
  const calls = new Map<number, (value: unknown) => void>()
  let next = 1
  let isClosed = false
  const connection = await new Promise<ConnectionOptions>((resolve, reject) => {
    port.on('message', (reply: Reply) => {
      if (reply.type === 'open') return resolve(reply.connection)
      if (reply.type === 'failed') return reject(new TargetError(reply.message))
      calls.get(reply.call)?.(reply.value)
      calls.delete(reply.call)
    })
    port.on('close', () => {
      isClosed = true
      reject(new TargetError('Expected the thread of the wire to go on, got its end. Open the wire again.'))
      for (const settle of calls.values()) settle(undefined)
      calls.clear()
    })
  })
  const call: RemoteWire<Deed>['call'] = (method, ...args) =>
    new Promise((resolve) => {
      if (isClosed) return resolve(undefined)
      calls.set(next, resolve as (value: unknown) => void)
      port.postMessage({ call: next, method, args } as Request<Deed>)
      next += 1
    })
  return { connection, call, [Symbol.asyncDispose]: () => call('close') }
}
