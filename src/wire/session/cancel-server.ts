import type { SessionHost } from './session-host.js'

const CANCEL_REQUEST = 80_877_102

/** Has what a session is at cancelled. Resolves when the server has taken that, or cannot be reached. */
export async function cancelServer(host: SessionHost, secret: Buffer): Promise<void> {
  const server = await host.connect().catch(() => undefined)
  if (!server) return
  const header = Buffer.alloc(8)
  header.writeUInt32BE(header.length + secret.length)
  header.writeUInt32BE(CANCEL_REQUEST, 4)
  await new Promise<void>((resolve) => {
    server
      .on('close', () => resolve())
      .on('end', () => server.end())
      .resume()
    server.write(Buffer.concat([header, secret]))
  })
}
