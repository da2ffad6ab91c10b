import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'

/** An error as a server tells it. After FATAL and PANIC it says nothing more. */
export interface ServerError {
  readonly severity: 'ERROR' | 'FATAL' | 'PANIC'
  readonly code: string
  readonly message: string
}

/** One message of a client. */
export interface ClientMessage {
  /** `Q` a query, `P` Parse, `B` Bind, `d` CopyData … */
  readonly type: string
  /** The text of a query or of a Parse. */
  readonly text: string
}

/** What becomes of a message. */
export interface Fault {
  readonly answer: ServerError
  /** Whether the server does first what a query (`Q`) asks for. @default false */
  readonly done?: boolean
}

/** A server whose answers can be replaced by errors: a proxy in front of a real one. */
export interface FaultyServer extends AsyncDisposable {
  readonly connection: ConnectionOptions
  /** Asked at every message of a client; undefined lets it pass. */
  onMessage: (message: ClientMessage) => Fault | undefined
}

/** Messages that belong to a group which ends with Sync; after an error the server passes over the rest of it. */
const IN_GROUP = 'PBDEC'

export async function startFaultyServer(target: ConnectionOptions): Promise<FaultyServer> {
  const sockets = new Set<Socket>()
  const faulty: Pick<FaultyServer, 'onMessage'> = { onMessage: () => undefined }
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one)
      one.setNoDelay(true)
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one)
          other.destroy()
        })
    }
    relay(client, upstream, (message) => faulty.onMessage(message))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(faulty, {
    connection: { ...target, port },
    [Symbol.asyncDispose]: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  })
}

function relay(client: Socket, upstream: Socket, ask: (message: ClientMessage) => Fault | undefined): void {
  /** What the client goes on saying in vain. */
  let inVain: 'group' | 'copy' | undefined
  let onAnswered: ((status: string) => void) | undefined
  const fromServer = splitter((message) => {
    if (!onAnswered) return void client.write(message)
    if (message[0] !== READY) return
    onAnswered(String.fromCharCode(message[5]!))
    onAnswered = undefined
  })
  const strike = ({ answer, done = false }: Fault, type: string, text: string, message: Buffer): void => {
    const answered = (status: string): void => {
      client.write(errorMessage(answer))
      if (answer.severity === 'ERROR') client.write(typed('Z', Buffer.from(status)))
      else client.end()
    }
    if (!done && answer.severity !== 'ERROR') return answered('')
    onAnswered = answered
    if (done) return void upstream.write(message)
    if (IN_GROUP.includes(type)) inVain = 'group'
    if (type === 'd') inVain = 'copy'
    // What the client is told has to hold: the server's transaction fails as well.
    if (type === 'd') upstream.write(typed('f', Buffer.from('\0')))
    else upstream.write(typed('Q', Buffer.from(`${text === 'COMMIT' ? 'ROLLBACK' : 'SELECT 1/0'}\0`)))
  }
  const fromClient = splitter((message) => {
    const type = String.fromCharCode(message[0]!)
    if (inVain === 'group') {
      if (type === 'S') inVain = undefined
      return
    }
    if (inVain === 'copy' && type === 'd') return
    const isEndInVain = inVain === 'copy' && 'cf'.includes(type)
    inVain = undefined
    if (isEndInVain) return
    const text = textOf(message, type)
    const fault = ask({ type, text })
    if (fault) strike(fault, type, text, message)
    else upstream.write(message)
  }, upstream)
  upstream.on('data', fromServer)
  client.on('data', fromClient)
}

/**
 * Cuts what comes into messages.
 *
 * @param first Gets the first one, if that is of the kind that has no type
 */
function splitter(each: (message: Buffer) => void, first?: Socket): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  let untyped = first
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const head = untyped ? 0 : 1
      if (rest.length < head + 4) return
      const length = head + rest.readInt32BE(head)
      if (rest.length < length) return
      const message = rest.subarray(0, length)
      rest = rest.subarray(length)
      if (untyped) untyped.write(message)
      else each(message)
      untyped = undefined
    }
  }
}

const READY = 'Z'.charCodeAt(0)

function textOf(message: Buffer, type: string): string {
  if (type === 'Q') return message.toString('utf8', 5, message.length - 1)
  if (type !== 'P') return ''
  const begin = message.indexOf(0, 5) + 1
  return message.toString('utf8', begin, message.indexOf(0, begin))
}

function errorMessage({ severity, code, message }: ServerError): Buffer {
  return typed('E', Buffer.from(`S${severity}\0V${severity}\0C${code}\0M${message}\0\0`))
}

function typed(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5, type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
