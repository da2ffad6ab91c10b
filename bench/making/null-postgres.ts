import { createServer, type Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'

/*
 * A server that says yes to everything, on a thread of its own: what is left of a load when the database is taken away.
 * Counts the rows that it is sent, because the writer does. Speaks as much of the protocol as that takes
 * (https://www.postgresql.org/docs/14/protocol-message-formats.html).
 */
const NEWLINE = 0x0a
const COMMA = 0x2c
const READY = message('Z', Buffer.from('I'))
/** The one process of this server, as text. */
const PROCESS = '1'

class Conversation {
  readonly #socket: Socket
  #rest: Buffer = Buffer.alloc(0)
  #started = false
  /** What of a simple query is not done yet. */
  #statements: string[] = []
  #copied = 0
  #affected = 0

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', () => {})
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const answers: Buffer[] = []
    let at = 0
    if (!this.#started) {
      at = bytes.readInt32BE(0)
      this.#started = true
      answers.push(message('R', Buffer.alloc(4)), keyData(), READY)
    }
    while (bytes.length - at >= 5) {
      const end = at + 1 + bytes.readInt32BE(at + 1)
      if (end > bytes.length) break
      answers.push(...this.#answer(String.fromCharCode(bytes[at]!), bytes.subarray(at + 5, end)))
      at = end
    }
    this.#rest = bytes.subarray(at)
    if (answers.length > 0) this.#socket.write(Buffer.concat(answers))
  }

  #answer(type: string, body: Buffer): Buffer[] {
    switch (type) {
      case 'Q':
        this.#statements = body.toString('utf8', 0, body.length - 1).split(';')
        return this.#goOn()
      case 'd':
        this.#copied += count(body, NEWLINE)
        return []
      case 'c':
        return [complete(`COPY ${this.#copied}`), ...this.#goOn()]
      case 'P':
        return [message('1')]
      case 'B':
        this.#affected = elementsOfFirst(body)
        return [message('2')]
      case 'D':
        return [message('n')]
      case 'E':
        return [complete(`UPDATE ${this.#affected}`)]
      case 'S':
        return [READY]
      default:
        return []
    }
  }

  /** Executes what is left of a simple query, up to a COPY, which waits for its data. */
  #goOn(): Buffer[] {
    const answers: Buffer[] = []
    for (let text = this.#statements.shift(); text !== undefined; text = this.#statements.shift()) {
      if (text.startsWith('COPY')) {
        this.#copied = 0
        return [...answers, message('G', Buffer.alloc(3))]
      }
      if (text.includes('pg_backend_pid')) answers.push(...processRow())
      answers.push(complete(text.split(/\W/)[0]!))
    }
    return [...answers, READY]
  }
}

/** Says which process serves, when asked for it: whoever is told another one takes this for a pooler. */
function processRow(): Buffer[] {
  const length = Buffer.alloc(4)
  length.writeInt32BE(PROCESS.length)
  const column = Buffer.concat([
    Buffer.from('\0\x01pid\0'),
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 23]),
    Buffer.from([0, 4, 0xff, 0xff, 0xff, 0xff, 0, 0]),
  ])
  return [message('T', column), message('D', Buffer.concat([Buffer.from('\0\x01'), length, Buffer.from(PROCESS)]))]
}

function keyData(): Buffer {
  const body = Buffer.alloc(8)
  body.writeInt32BE(Number(PROCESS))
  return message('K', body)
}

/** The elements of the array that is the first parameter of a Bind message. */
function elementsOfFirst(body: Buffer): number {
  const statement = body.indexOf(0) + 1
  let at = body.indexOf(0, statement) + 1
  at += 2 + 2 * body.readInt16BE(at)
  const length = body.readInt32BE(at + 2)
  return 1 + count(body.subarray(at + 6, at + 6 + length), COMMA)
}

function count(bytes: Buffer, wanted: number): number {
  let found = 0
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) found += 1
  return found
}

function message(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

function complete(tag: string): Buffer {
  return message('C', Buffer.from(`${tag}\0`))
}

const server = createServer((socket) => new Conversation(socket.setNoDelay()))
server.listen(0, '127.0.0.1', () => parentPort!.postMessage(server.address()))
