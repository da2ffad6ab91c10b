import { Socket } from 'node:net'
import { foreignProtocol, foreignServer } from '../connection/foreign-server.js'

/**
 * A socket that is destroyed when a server of another protocol speaks. Nobody is given what that says: `pg` may throw on it
 * where nobody can catch it.
 */
export class WarySocket extends Socket {
  #hasHeard = false

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    const foreign = !this.#hasHeard && Buffer.isBuffer(chunk) ? foreignServer(chunk) : undefined
    this.#hasHeard = true
    if (foreign === undefined) return super.push(chunk, encoding)
    this.destroy(foreignProtocol(foreign))
    return false
  }
}
