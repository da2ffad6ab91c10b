/** Messages of PostgreSQL's protocol 3, as a client and a server write them. */

const text = (value: string): Buffer => Buffer.from(`${value}\0`)

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** A message of any type. */
export function message(type: string, ...fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat(fields)
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body])
}

export const query = (sql: string): Buffer => message('Q', text(sql))
export const parse = (sql: string, name = ''): Buffer => message('P', text(name), text(sql), int16(0))
export const describeStatement = (name = ''): Buffer => message('D', Buffer.from('S'), text(name))
export const describePortal = (portal = ''): Buffer => message('D', Buffer.from('P'), text(portal))
export const execute = (rows = 0, portal = ''): Buffer => message('E', text(portal), int32(rows))
export const closeStatement = (name: string): Buffer => message('C', Buffer.from('S'), text(name))
export const sync: Buffer = message('S')
export const flush: Buffer = message('H')
export const terminate: Buffer = message('X')
export const copyData = (data: string): Buffer => message('d', Buffer.from(data))
export const copyDone: Buffer = message('c')
export const copyFail: Buffer = message('f', text('no more'))

/** @param parameters As text; null is NULL */
export function bind(parameters: readonly (string | null)[] = [], statement = '', portal = ''): Buffer {
  const values = parameters.flatMap((value) =>
    value === null ? [int32(-1)] : [int32(Buffer.byteLength(value)), Buffer.from(value)],
  )
  return message('B', text(portal), text(statement), int16(0), int16(parameters.length), ...values, int16(0))
}

/** @param values As text */
export function functionCall(oid: number, values: readonly string[]): Buffer {
  const given = values.flatMap((value) => [int32(Buffer.byteLength(value)), Buffer.from(value)])
  return message('F', int32(oid), int16(0), int16(values.length), ...given, int16(0))
}

/** A message without a type. */
function first(...fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat(fields)
  return Buffer.concat([int32(body.length + 4), body])
}

export const sslRequest: Buffer = first(int32(80_877_103))
export const gssencRequest: Buffer = first(int32(80_877_104))
export const cancelRequest = (backend: number, key: number): Buffer =>
  first(int32(80_877_102), int32(backend), int32(key))

export function startup(parameters: Readonly<Record<string, string>>): Buffer {
  const words = Object.entries(parameters).flatMap(([name, value]) => [text(name), text(value)])
  return first(int32(196_608), ...words, Buffer.from([0]))
}

export const ready = (status: 'I' | 'T' | 'E'): Buffer => message('Z', Buffer.from(status))
export const commandComplete = (tag: string): Buffer => message('C', text(tag))
export const parseComplete: Buffer = message('1')
export const bindComplete: Buffer = message('2')
export const noData: Buffer = message('n')
export const portalSuspended: Buffer = message('s')
export const copyInResponse: Buffer = message('G', Buffer.from([0]), int16(0))
export const errorMessage: Buffer = message(
  'E',
  text('SERROR'),
  text('C22012'),
  text('Mdivision by zero'),
  Buffer.from([0]),
)
export const dataRow = (value: string): Buffer =>
  message('D', int16(1), int32(Buffer.byteLength(value)), Buffer.from(value))

/** The messages in what a server said, each with its type: the letters, and all bytes of each. */
export function split(bytes: Buffer): { readonly type: string; readonly bytes: Buffer }[] {
  const messages: { type: string; bytes: Buffer }[] = []
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + bytes.readInt32BE(at + 1)
    messages.push({ type: String.fromCharCode(bytes[at]!), bytes: bytes.subarray(at, end) })
    at = end
  }
  return messages
}
