/** Messages of PostgreSQL's protocol 3, as a client writes them: https://www.postgresql.org/docs/current/protocol-message-formats.html */

function message(type: string, ...fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat(fields)
  const header = Buffer.from(`${type}....`, 'latin1')
  header.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`)
const zeros = (count: number): Buffer => Buffer.alloc(count)

/** A query of the simple protocol. */
export function queryMessage(sql: string): Buffer {
  return message('Q', text(sql))
}

/** Prepares a statement under a name of which nobody else knows, and runs it. A statement of that name is forgotten before. */
export function groupMessages(name: string, sql: string): readonly Buffer[] {
  const close = message('C', Buffer.from('S'), text(name))
  const parse = message('P', text(name), text(sql), zeros(2))
  const bind = message('B', text(''), text(name), zeros(6))
  const execute = message('E', text(''), zeros(4))
  return [close, parse, bind, execute]
}
