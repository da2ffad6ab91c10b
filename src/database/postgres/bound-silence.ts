import type { Socket } from 'node:net'
import type { Client } from 'pg'
import { noAnswer } from '../connection/no-answer.js'

/**
 * Destroys the connection of a client that was asked something and hears nothing for so many milliseconds: its other end
 * may be gone without a word. It counts bytes and not calls, so no question of the session is without a bound: not one of
 * somebody who holds the client later, and not the last word of `end()`. A session that waits to be asked may be silent.
 *
 * @returns what ends the bound, and leaves the one that there was before
 */
export function boundSilence({ connection }: Client, milliseconds: number): () => void {
  // A stream without encryption, or the encrypted one that has taken its place.
  const stream = connection.stream as Socket
  const { timeout = 0 } = stream
  let answered = stream.bytesWritten
  const onAnswer = (): void => void (answered = stream.bytesWritten)
  const onSilence = (): void => {
    // It may be asked right now.
    if (stream.bytesWritten <= answered) return
    const heard = stream.bytesRead
    const judge = (): void => {
      if (stream.bytesRead === heard) stream.destroy(noAnswer(milliseconds))
    }
    // What came while this thread was at work is read first.
    setImmediate(() => setImmediate(judge))
  }
  // Before the client's own listener, which may send the next question at once.
  connection.prependListener('readyForQuery', onAnswer)
  // A listener that is given to `setTimeout` hears the first silence only, which may be one between two questions.
  stream.setTimeout(milliseconds).on('timeout', onSilence)
  return () => {
    connection.off('readyForQuery', onAnswer)
    stream.setTimeout(timeout).off('timeout', onSilence)
  }
}
