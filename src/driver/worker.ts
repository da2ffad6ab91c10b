import { parentPort } from 'node:worker_threads'
import type { DriverEvent } from './driver.js'
import { loadTables } from '../options/load-tables.js'
import { SessionPool } from '../writer/session-pool.js'
import { ThreadDriver } from './thread-driver.js'
import type { LocalStage } from './stage.js'
import {
  type CallArgument,
  type DriverMethod,
  type FromWorker,
  stageMethods,
  type ToWorker,
  toWireError,
  toWireEvent,
} from './worker-messages.js'

const drivers = new Map<number, Promise<ThreadDriver>>()
const pools = new Map<number, SessionPool>()
const stages = new Map<number, Promise<LocalStage>>()

type Call = Extract<ToWorker, { type: 'call' }>

const send = (message: FromWorker): void => parentPort!.postMessage(message)

async function open({ stream, options, pool = 0 }: Extract<ToWorker, { type: 'open' }>): Promise<ThreadDriver> {
  const tables = await loadTables(options.options.tables)
  const onEvent = (event: DriverEvent): void => {
    send({ type: 'event', stream, event: toWireEvent(event) })
    if (event.type === 'ended') drivers.delete(stream)
  }
  return new ThreadDriver(options, tables, onEvent, pools.get(pool))
}

async function callDriver(stream: number, method: Call['method'], argument: CallArgument): Promise<unknown> {
  const driver = await drivers.get(stream)
  if (!isDriverMethod(method)) return undefined
  if (method !== 'step' && method !== 'setRate') return driver?.[method]()
  return typeof argument === 'number' ? driver?.[method](argument) : undefined
}

async function callStage(stage: LocalStage, method: Call['method'], argument: CallArgument): Promise<unknown> {
  if (method === 'connection') return stage.connection
  if (method === 'settle' || method === 'stats' || method === 'end' || method === 'close') return stage[method]()
  if (typeof argument === 'object') {
    return stage.begin(await drivers.get(argument.stream), argument.aims, argument.watching)
  }
  return undefined
}

function isDriverMethod(method: Call['method']): method is DriverMethod {
  return !(stageMethods as readonly string[]).includes(method)
}

async function call({ stream, call, method, argument }: Call): Promise<void> {
  try {
    await pools.get(stream)?.close()
    pools.delete(stream)
    const stage = await stages.get(stream)
    const value = await (stage ? callStage(stage, method, argument) : callDriver(stream, method, argument))
    if (method === 'close') stages.delete(stream)
    send({ type: 'result', stream, call, value })
  } catch (error) {
    send({ type: 'failure', stream, call, error: toWireError(error) })
  }
}

parentPort!.on('message', (message: ToWorker) => {
  if (message.type === 'call') return void call(message)
  if (message.type === 'pool') return void pools.set(message.stream, new SessionPool())
  if (message.type === 'wire') {
    const stage = import('./stage.js').then(({ LocalStage }) => LocalStage.open(message.options))
    stage.catch(() => {})
    return void stages.set(message.stream, stage)
  }
  const opened = open(message)
  // The first call tells of an error.
  opened.catch(() => {})
  drivers.set(message.stream, opened)
})
