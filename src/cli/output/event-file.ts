import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { WriteError } from '../../errors.js'
import type { EventProducer } from '../../events/records/event-record.js'
import type { CliHost } from '../host.js'
import { standardOutput } from '../settings/settings.js'
import { opened } from './log.js'

/** Writes the values of records into a new file, a line each; `-` is standard output. */
export async function openEventFile(host: CliHost, file: string): Promise<EventProducer> {
  if (file === standardOutput) return toProducer(host.stdout, 'standard output', async () => undefined)
  const path = resolve(host.cwd(), file)
  const open = (): Writable => createWriteStream(path, { mode: 0o600 })
  const stream = await opened(open, `change events to \`${path}\``, '--events or CDC_EVENTS')
  // Every write fails with its own error.
  stream.on('error', () => undefined)
  return toProducer(stream, path, async () => {
    stream.end()
    await finished(stream)
  })
}

function toProducer(stream: Writable, name: string, end: () => Promise<void>): EventProducer {
  const toError = (cause: Error): WriteError =>
    new WriteError(`Expected to write change events to ${name}, got ${cause.message}. The stream was ended.`, { cause })
  return {
    name,
    send: (records) => {
      const text = records.map(({ value }) => `${value}\n`).join('')
      return new Promise((done, fail) => stream.write(text, (cause) => (cause ? fail(toError(cause)) : done())))
    },
    flush: async () => undefined,
    close: async () => {
      try {
        await end()
      } catch (cause) {
        throw toError(cause as Error)
      }
    },
  }
}
