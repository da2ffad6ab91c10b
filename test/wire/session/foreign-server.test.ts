import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { createCdcStream, openJob } from '../../../src/index.js'
import { connect } from '../../../src/database/postgres/connect.js'
import { foreignServer } from '../../../src/database/connection/foreign-server.js'
import { cdcError } from '../../support/cdc-error.js'
import { useListener } from '../../support/listener.js'
import { useWire } from '../support/use-wire.js'

/** What MariaDB 10.11 says to who connects, before it is spoken to. */
const GREETING = Buffer.from(
  '640000000a352e352e352d31302e31312e31392d4d6172696144422d302b6465623132753100030000005726555a437e744900fef7080200ff81150000000000001d0000005039677c5d3a49424e43456d006d7973716c5f6e61746976655f70617373776f726400',
  'hex',
)

/** The same with another version, so long that the packet's length is the letter of a message of PostgreSQL. */
function greetingOf(length: number): Buffer {
  const rest = GREETING.subarray(GREETING.indexOf(0, 5))
  const version = Buffer.from('8.4.2-'.padEnd(length - 1 - rest.length, 'x'))
  return Buffer.concat([Buffer.from([length, 0, 0, 0, 10]), version, rest])
}

/** How MySQL refuses a host without greeting it. */
function refusal(): Buffer {
  const text = Buffer.from("Host 'job' is blocked because of many connection errors")
  return Buffer.concat([Buffer.from([3 + text.length, 0, 0, 0, 0xff, 0x69, 0x04]), text])
}

const kinds: readonly (readonly [name: string, said: Buffer, version: string])[] = [
  ['MariaDB', GREETING, '5.5.5-10.11.19-MariaDB-0+deb12u1'],
  ...['R', 'E', 'N', 'S', 'Z', 'K'].map(
    (letter) => [`MySQL, by a packet of ${letter}`, greetingOf(letter.charCodeAt(0)), '8.4.2'] as const,
  ),
  ['MySQL that refuses', refusal(), 'is blocked'],
]

describe.each(kinds)('a server of another protocol: %s', (_, said, version) => {
  test.each(['disable', 'require'] as const)('is told in one line: sslmode=%s', async (sslmode) => {
    const connection = { ...(await useListener((socket) => socket.write(said))), sslmode }
    const job = await useWire({ connection })
    const { host, port, user, password } = job.connection
    const client = new Client({ host, port, user, password, database: 'x' })
    client.on('error', () => {})
    await expect(client.connect()).rejects.toMatchObject({
      code: '08001',
      message: expect.stringMatching(/MySQL \(/) as string,
    })
    expect(job.stats().notes).toEqual([expect.stringContaining(version)])
    expect(job.stats().notes.join()).not.toContain('\n')
    await expect(connect(connection)).rejects.toEqual(cdcError('ERR_CDC_TARGET', 'MySQL', connection.port))
    await expect(connect(connection)).rejects.toThrow(version)
  })
})

test('so it is where a job is opened', async () => {
  const target = await useListener((socket) => socket.write(GREETING))
  await using stream = createCdcStream({ target, batches: 5 })
  await expect(openJob(stream)).rejects.toEqual(cdcError('ERR_CDC_TARGET', 'MySQL', target.port))
})

test('no answer of PostgreSQL is taken for it', () => {
  const message = (letter: string, body: Buffer): Buffer => {
    const header = Buffer.from(`${letter}....`)
    header.writeUInt32BE(4 + body.length, 1)
    return Buffer.concat([header, body])
  }
  const error = (length: number): Buffer =>
    message('E', Buffer.from('SFATAL\0C28000\0M'.padEnd(length - 6, 'x') + '\0\0'))
  for (let length = 30; length < 2_000; length += 1) expect(foreignServer(error(length))).toBeUndefined()
  const sasl = (...names: string[]): Buffer => Buffer.from(`\0\0\0\n${names.map((name) => `${name}\0`).join('')}\0`)
  for (const answer of [
    message('R', Buffer.alloc(4)),
    message('R', Buffer.from('\0\0\0\x05salt')),
    message('R', sasl('SCRAM-SHA-256')),
    message('R', sasl('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256')),
    message('v', Buffer.alloc(8)),
    Buffer.from('S'),
    Buffer.from('N'),
    Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
  ])
    expect(foreignServer(answer)).toBeUndefined()
})
