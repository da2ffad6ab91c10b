import { bindValues, moved } from '../protocol/read-message.js'
import type { Piece } from '../protocol/message-framer.js'
import type { Replacement } from '../place.js'
import { int32 } from '../protocol/write-message.js'
import type { Treated } from './damage.js'

/**
 * A statement whose parameter is one more or less.
 *
 * @param types The numbers of the parameters' types, as far as the client has said them
 */
export function moveParameter(parameter: number, by: 1 | -1, types: readonly number[]): Treated {
  let isDone = false
  const onMessage = ({ type, bytes, begins, ends }: Piece): Replacement | undefined => {
    if (type !== 'B' || begins === 0 || ends === 0) return undefined
    const value = bindValues(bytes)[parameter - 1]
    const next = value && moved(value, types[parameter - 1], by)
    if (!next || !value.bytes) return undefined
    isDone = true
    const rest = bytes.subarray(value.at + 4 + value.bytes.length)
    const bind = Buffer.concat([bytes.subarray(0, value.at), int32(next.length), next, rest])
    bind.writeUInt32BE(bind.length - 1, 1)
    return { send: [bind] }
  }
  return { treatment: { onMessage }, isDone: () => isDone }
}
