import type { Socket } from 'node:net'
import type { Client } from 'pg'

/**
 * Destroys the connection of a client that was asked something and hears nothing for so many milliseconds: its other end
 * may be gone without a word. It counts bytes and not calls, so no question of the session is without a bound: not one of
 * somebody who holds the client later, and not the last word of `end()`. A session that waits to be asked may be silent.
 */
export function boundSilence({ connection }: Client, milliseconds: number): void {
  // A stream without encryption, or the encrypted one that has taken its place.
  const stream = connection.stream as Socket
  let answered = stream.bytesWritten
  // Before the client's own listener, which may send the next question at once.
  connection.prependListener('readyForQuery', () => void (answered = stream.bytesWritten))
  stream.setTimeout(milliseconds)
  // A listener that is given to `setTimeout` hears the first silence only, which may be one between two questions.
  stream.on('timeout', () => {
    if (stream.bytesWritten > answered) stream.destroy(noAnswer(milliseconds))
  })
}

/** As the operating system would say it, so that whoever tells errors apart by their code knows it. */
export function noAnswer(milliseconds: number): Error {
  return Object.assign(new Error(`no answer in ${milliseconds} ms`), { code: 'ETIMEDOUT' })
}
