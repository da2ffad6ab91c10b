import type { Socket } from 'node:net'
import { cancelRequest } from '../protocol/write-message.js'

/** Has what a session is at cancelled. Resolves when the server has taken that, or cannot be reached. */
export async function cancelServer(connect: () => Promise<Socket>, secret: Buffer): Promise<void> {
  const server = await connect().catch(() => undefined)
  if (!server) return
  await new Promise<void>((resolve) => {
    server
      .on('close', () => resolve())
      .on('end', () => server.end())
      .resume()
    server.write(cancelRequest(secret))
  })
}
