import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { OptionsError, WriteError } from '../../errors.js'
import type { CliHost } from '../host.js'
import { standardOutput } from '../settings/settings.js'

/** Where change events go. */
export interface EventOutput {
  /** As the user knows it. */
  readonly name: string
  /** Resolves when there is room for more. Rejects with what went wrong, in words. */
  write(text: string): Promise<void>
  /** Resolves when everything is in the file. */
  close(): Promise<void>
}

/**
 * Opens the file for change events, anew; `-` is standard output.
 *
 * @throws OptionsError when the file cannot be written
 */
export async function openEventOutput(host: CliHost, file: string): Promise<EventOutput> {
  if (file === standardOutput) return toOutput(host.stdout, 'standard output', async () => undefined)
  const path = resolve(host.cwd(), file)
  let stream: WriteStream
  try {
    stream = createWriteStream(path, { mode: 0o600 })
    await once(stream, 'open')
  } catch (cause) {
    throw new OptionsError(
      `Expected to be able to write change events to \`${path}\`, got ${(cause as Error).message}. Set --events or CDC_EVENTS.`,
      { cause },
    )
  }
  // Every write fails with its own error.
  stream.on('error', () => undefined)
  return toOutput(stream, path, async () => {
    stream.end()
    await finished(stream)
  })
}

function toOutput(stream: Writable, name: string, end: () => Promise<void>): EventOutput {
  const toError = (cause: Error): WriteError =>
    new WriteError(`Expected to write change events to ${name}, got ${cause.message}. The stream was ended.`, { cause })
  return {
    name,
    write: (text) =>
      new Promise((done, fail) => stream.write(text, (cause) => (cause ? fail(toError(cause)) : done()))),
    close: async () => {
      try {
        await end()
      } catch (cause) {
        throw toError(cause as Error)
      }
    },
  }
}
