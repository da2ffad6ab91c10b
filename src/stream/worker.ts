import { parentPort } from 'node:worker_threads'
import type { DriverEvent } from './driver.js'
import { loadTables } from '../options/load-tables.js'
import { IdleSessions } from './idle-sessions.js'
import { SessionKeeper } from './session-keeper.js'
import { ThreadDriver } from './thread-driver.js'
import { toWireError } from './wire-error.js'
import type { FromWorker, ToWorker, WireEvent } from './worker-messages.js'

const drivers = new Map<number, Promise<ThreadDriver>>()
const keepers = new Map<number, SessionKeeper>()
const pools = new Map<number, IdleSessions>()

const send = (message: FromWorker): void => parentPort!.postMessage(message)

function toWireEvent(event: DriverEvent): WireEvent {
  if (event.type !== 'ended') return event
  return event.error ? { type: 'ended', error: toWireError(event.error) } : { type: 'ended' }
}

async function open({
  stream,
  options,
  keeper = 0,
  idle = 0,
}: Extract<ToWorker, { type: 'open' }>): Promise<ThreadDriver> {
  const tables = await loadTables(options.options.tables)
  const onEvent = (event: DriverEvent): void => {
    send({ type: 'event', stream, event: toWireEvent(event) })
    if (event.type === 'ended') drivers.delete(stream)
  }
  return new ThreadDriver(options, tables, onEvent, { keeper: keepers.get(keeper), idle: pools.get(idle) })
}

async function call({ stream, call, method, amount }: Extract<ToWorker, { type: 'call' }>): Promise<void> {
  try {
    for (const sessions of [keepers, pools]) {
      await sessions.get(stream)?.close()
      sessions.delete(stream)
    }
    const driver = await drivers.get(stream)
    const value = await (method === 'step' || method === 'setRate' ? driver?.[method](amount) : driver?.[method]())
    send({ type: 'result', stream, call, value })
  } catch (error) {
    send({ type: 'failure', stream, call, error: toWireError(error) })
  }
}

parentPort!.on('message', (message: ToWorker) => {
  if (message.type === 'call') return void call(message)
  if (message.type === 'keep') return void keepers.set(message.stream, new SessionKeeper())
  if (message.type === 'pool') return void pools.set(message.stream, new IdleSessions())
  const opened = open(message)
  // The first call tells of an error.
  opened.catch(() => {})
  drivers.set(message.stream, opened)
})
