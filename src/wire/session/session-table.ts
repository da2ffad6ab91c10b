import { once } from 'node:events'
import type { Socket } from 'node:net'
import { TargetError } from '../../errors.js'
import { cancelRequest } from '../protocol/write-message.js'
import { connectServer } from './connect-server.js'
import type { Place, PlaceHook, Treatment } from '../place.js'
import { WireTally } from './wire-tally.js'
import { WireClient } from './wire-client.js'
import type { OpenSession, SessionHost } from './session-host.js'
import type { Farewell, SessionState, WireOptions } from '../wire.js'

/** The sessions of a wire, and what they have in common. */
export class SessionTable implements SessionHost {
  readonly showsParameters: boolean
  readonly schema: string
  readonly #options: WireOptions
  readonly #sockets = new Set<Socket>()
  readonly #sessions = new Set<OpenSession>()
  hook: PlaceHook | undefined
  gate: (() => Farewell | undefined) | undefined
  tally: WireTally = new WireTally()
  #begun = 0
  /** Fails what is held when the wire closes. */
  readonly #closing = new AbortController()

  constructor(options: WireOptions) {
    this.#options = options
    this.hook = options.onPlace
    this.showsParameters = options.parameters ?? false
    this.schema = options.connection.schema
  }

  restart(): void {
    this.tally = new WireTally()
  }

  accept(client: Socket): void {
    if (this.#closing.signal.aborted) return void client.destroy()
    this.#track(client)
    new WireClient(client, this)
  }

  begun(session: OpenSession): number {
    this.tally.sessions += 1
    this.#sessions.add(session)
    return (this.#begun += 1)
  }

  ended(session: OpenSession): void {
    this.#sessions.delete(session)
  }

  async connect(): Promise<Socket> {
    const { connection, connectWithin = 10_000 } = this.#options
    return connectServer(connection, connectWithin, (socket) => this.#track(socket))
  }

  async hold(place: Place, code: string): Promise<Treatment | void> {
    const done = this.hook?.(place, code)
    if (!done) return
    const { holdFor = 60_000 } = this.#options
    const { signal } = this.#closing
    let give: (error: Error) => void = () => {}
    const bound = new Promise<never>((_, reject) => (give = reject))
    const expire = setTimeout(
      () => give(new TargetError(`Expected what is done at a place to end in ${holdFor} ms, got no end.`)),
      holdFor,
    )
    const onClose = (): void => give(new TargetError('The wire was closed.'))
    signal.addEventListener('abort', onClose, { once: true })
    try {
      return await Promise.race([done, bound])
    } finally {
      clearTimeout(expire)
      signal.removeEventListener('abort', onClose)
    }
  }

  find(secret: Buffer): OpenSession | undefined {
    return [...this.#sessions].find((session) => session.secret?.equals(secret))
  }

  sessions(): readonly SessionState[] {
    return [...this.#sessions].map(stateOf)
  }

  cut(which: (session: SessionState) => boolean = () => true, farewell?: Farewell): void {
    for (const session of this.#sessions) if (which(stateOf(session))) session.cut(farewell)
  }

  async hangUp(which: (session: SessionState) => boolean = () => true): Promise<void> {
    const sessions = [...this.#sessions].filter((session) => which(stateOf(session)))
    await Promise.all(sessions.map((session) => session.hangUp()))
  }

  async cancel(): Promise<void> {
    const secrets = [...this.#sessions].flatMap(({ place, secret }) => (place && secret ? [secret] : []))
    await Promise.all(secrets.map((secret) => this.cancelBackend(secret)))
  }

  async cancelBackend(secret: Buffer): Promise<void> {
    const server = await this.connect().catch(() => undefined)
    if (!server) return
    await new Promise<void>((resolve) => {
      server
        .on('close', () => resolve())
        .on('end', () => server.end())
        .resume()
      server.write(cancelRequest(secret))
    })
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#sockets].map((socket) => gone(socket)))
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket))
    if (this.#closing.signal.aborted) socket.destroy()
  }
}

function stateOf({ number, backend, transaction, place }: OpenSession): SessionState {
  return { number, backend, transaction, place }
}

async function gone(socket: Socket): Promise<void> {
  const closed = socket.closed ? undefined : once(socket, 'close')
  socket.destroy()
  await closed
}
