import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Outbox } from '../../../src/wire/session/outbox.js'

/** What arrives of what `use` does with a socket. */
async function arrived(use: (socket: Socket) => void): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [other] = (await once(server, 'connection')) as [Socket]
  use(socket)
  socket.end()
  const bytes = await buffer(other)
  server.close()
  return bytes
}

test('parts of one memory arrive in the order in which they were added, whether they lie side by side or not', async () => {
  const part = fc.tuple(fc.nat(200), fc.nat(20))
  await fc.assert(
    fc.asyncProperty(fc.array(part), fc.boolean(), async (chosen, isSideBySide) => {
      const memory = Buffer.from(Array.from({ length: 4_200 }, (_, at) => at % 251))
      let end = 0
      const parts = chosen.map(([start, length]) => {
        const at = isSideBySide ? end : start
        end = at + length
        return memory.subarray(at, end)
      })
      const bytes = await arrived((socket) => {
        const outbox = new Outbox(socket)
        for (const bytes of parts) outbox.add(bytes)
        void outbox.flush()
      })
      expect(bytes.equals(Buffer.concat(parts))).toBe(true)
    }),
  )
})
