import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'

/** The simple query `COMMIT`, as it goes over the wire of PostgreSQL, and of MySQL. */
const COMMITS = {
  postgres: Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1'),
  mysql: Buffer.from('\x07\0\0\0\x03COMMIT', 'latin1'),
}

/** What a proxy does when a client sends COMMIT, or anything. */
export interface Strike {
  /** Whether what was sent reaches the server. */
  readonly forward: boolean
  /** Called once that is on its way (or not); the client hears nothing any more, and is cut off afterwards. */
  act(): Promise<void>
  /** Not to cut the client off: it waits for an answer that never comes. @default true */
  readonly cut?: false
}

/**
 * A TCP proxy before a server, for strikes at any moment: while a client logs in, within the rows of a COPY, at its last word.
 * The wire does not cut there, and takes its time before each statement: it is for what is lost at statements (`striking-wire.ts`).
 */
export interface Proxy extends AsyncDisposable {
  readonly connection: ConnectionOptions
  /** Asked at every COMMIT, with its number; undefined lets it pass. */
  onCommit: (count: number) => Strike | undefined
  /** Asked at everything that a client sends; undefined lets it pass. */
  onSend: (chunk: Buffer) => Strike | undefined
  /** Awaited before anything that a client sends goes on. */
  hold: Promise<void> | undefined
}

/** Starts a proxy. While a strike acts, new clients have to wait. */
export async function startProxy(target: ConnectionOptions): Promise<Proxy> {
  const { protocol = 'postgres' } = target
  const sockets = new Set<Socket>()
  let commits = 0
  let acting: Promise<void> = Promise.resolve()
  const proxy: Pick<Proxy, 'onCommit' | 'onSend' | 'hold'> = {
    onCommit: (): Strike | undefined => undefined,
    onSend: (): Strike | undefined => undefined,
    hold: undefined,
  }
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => {}).on('close', () => sockets.delete(client))
    acting.then(() => relay(client)).catch(() => client.destroy())
  })
  const relay = (client: Socket): void => {
    const upstream = connect(target.port, target.host)
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
    let deaf = false
    upstream.on('data', (chunk) => deaf || client.write(chunk))
    const send = (chunk: Buffer): void => {
      const strike = (chunk.includes(COMMITS[protocol]) ? proxy.onCommit(++commits) : undefined) ?? proxy.onSend(chunk)
      if (!strike || strike.forward) upstream.write(chunk)
      if (!strike) return
      deaf = true
      acting = strike.act().finally(() => strike.cut ?? client.destroy())
    }
    client.on('data', (chunk: Buffer) => {
      if (!proxy.hold) return send(chunk)
      client.pause()
      void proxy.hold.then(() => {
        send(chunk)
        client.resume()
      })
    })
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(proxy, {
    connection: { ...target, port },
    [Symbol.asyncDispose]: async () => {
      server.close()
      sockets.forEach((socket) => socket.destroy())
      await acting.catch(() => {})
    },
  })
}
