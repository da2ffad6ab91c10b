import { parentPort } from 'node:worker_threads'
import type { DriverEvent } from './driver.js'
import { loadTables } from './load-tables.js'
import { ThreadDriver } from './thread-driver.js'
import { toWireError } from './wire-error.js'
import type { FromWorker, ToWorker, WireEvent } from './worker-messages.js'

const drivers = new Map<number, Promise<ThreadDriver>>()

const send = (message: FromWorker): void => parentPort!.postMessage(message)

function toWireEvent(event: DriverEvent): WireEvent {
  if (event.type !== 'ended') return event
  return event.error ? { type: 'ended', error: toWireError(event.error) } : { type: 'ended' }
}

async function open({ stream, options }: Extract<ToWorker, { type: 'open' }>): Promise<ThreadDriver> {
  const tables = await loadTables(options.options.tables)
  return new ThreadDriver(options, tables, (event) => {
    send({ type: 'event', stream, event: toWireEvent(event) })
    if (event.type === 'ended') drivers.delete(stream)
  })
}

async function call({ stream, call, method, commits }: Extract<ToWorker, { type: 'call' }>): Promise<void> {
  try {
    const driver = await drivers.get(stream)
    const value = await (method === 'step' ? driver?.step(commits) : driver?.[method]())
    send({ type: 'result', stream, call, value })
  } catch (error) {
    send({ type: 'failure', stream, call, error: toWireError(error) })
  }
}

parentPort!.on('message', (message: ToWorker) => {
  if (message.type === 'call') return void call(message)
  const opened = open(message)
  // The first call tells of an error.
  opened.catch(() => {})
  drivers.set(message.stream, opened)
})
