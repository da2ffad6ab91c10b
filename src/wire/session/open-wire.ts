import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { TargetError } from '../../errors.js'
import { oneLine } from '../../database/one-line.js'
import type { SessionTable } from './session-table.js'
import type { Wire, WireOptions } from '../wire.js'

/**
 * Opens a wire to a database. Whoever opens it closes it.
 *
 * @throws TargetError when it cannot listen there
 * @throws the signal's reason
 */
export async function openWire(options: WireOptions): Promise<Wire> {
  const { connection, listen = {}, signal } = options
  // Who opens no wire does not load it.
  const { SessionTable } = await import('./session-table.js')
  signal?.throwIfAborted()
  const table = new SessionTable(options)
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => table.accept(client))
  const { host = '127.0.0.1', port = 0 } = listen
  try {
    await once(server.listen(port, host), 'listening')
  } catch (cause) {
    const got = oneLine((cause as Error).message)
    throw new TargetError(`Expected \`listen\` to be an address of this machine that is free, got ${got}.`, { cause })
  }
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= end(server, table))
  const onAbort = (): void => void close()
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) await close()
  signal?.throwIfAborted()
  const { port: bound } = server.address() as AddressInfo
  const { sslrootcert: _, ...login } = connection
  return {
    connection: { ...login, host: reachable(host), port: bound, sslmode: 'disable' },
    setHook: (onPlace) => void (table.hook = onPlace),
    places: () => [...table.tally.places],
    stats: () => table.tally.stats(),
    restart: () => table.restart(),
    sessions: () => table.sessions(),
    cancel: () => table.cancel(),
    cut: (which, farewell) => table.cut(which, farewell),
    hangUp: (which) => table.hangUp(which),
    setGate: (gate) => void (table.gate = gate),
    close: async () => {
      signal?.removeEventListener('abort', onAbort)
      await close()
    },
    [Symbol.asyncDispose]: close,
  }
}

/** Who listens everywhere is reached here. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

async function end(server: Server, table: SessionTable): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  await table.close()
  await closed
}
