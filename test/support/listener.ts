import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { testConnection } from './server.js'

/** A server of the current test that is no database; returns what leads to it. */
export async function useListener(onSocket: (socket: Socket) => void): Promise<ConnectionOptions> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    onSocket(socket)
  }).listen(0, '127.0.0.1')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  await once(server, 'listening')
  return { ...testConnection(), host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}
