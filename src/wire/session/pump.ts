import type { Socket } from 'node:net'
import type { Piece } from '../protocol/message-framer.js'

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

/** Gives pieces to `take`, each once what it returned before has resolved; then `done` is called. */
export function inTurn(
  pieces: Generator<Piece, void, undefined>,
  take: (piece: Piece) => Promise<void> | undefined,
  done: () => Promise<void> | undefined,
): Promise<void> | undefined {
  for (let next = pieces.next(); !next.done; next = pieces.next()) {
    const busy = take(next.value)
    if (busy) return busy.then(() => inTurn(pieces, take, done))
  }
  return done()
}
