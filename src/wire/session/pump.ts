import type { Socket } from 'node:net'

/**
 * Gives a socket's chunks to `take`, one after the other: while what it returns is pending, the socket is not read. Then
 * `end` is called. An error of `take` destroys the socket.
 */
export function pump(socket: Socket, take: (chunk: Buffer) => Promise<void> | undefined, end: () => void): void {
  socket.on('data', (chunk: Buffer) => {
    const busy = take(chunk)
    if (!busy) return
    socket.pause()
    busy.then(
      () => void socket.resume(),
      (error: Error) => void socket.destroy(error),
    )
  })
  socket.on('end', end)
}
