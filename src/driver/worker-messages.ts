import { OptionsError, StateError, TargetError, WriteError } from '../errors.js'
import type { Driver, DriverEvent, DriverOptions } from './driver.js'
import type { Aim, Watching } from './scene.js'
import type { StageOptions } from './stage.js'

export type DriverMethod = keyof Driver

/** What a wire's thread can be asked; `connection` is what the job connects with. */
export const stageMethods = ['connection', 'settle', 'begin', 'stats', 'end', 'close'] as const
export type StageMethod = (typeof stageMethods)[number]

/** For `step` the commits, for `setRate` the changes a second; for `begin` what is done at places, by which stream. */
export type CallArgument =
  | number
  | { readonly stream: number; readonly aims: readonly Aim[]; readonly watching: Watching | undefined }
  | undefined

/** What is opened on the worker thread. */
export type Opening =
  /** A stream, which takes its session from a pool there, and gives it back. */
  | { readonly type: 'open'; readonly options: DriverOptions; readonly pool: number | undefined }
  /** A pool of sessions, for streams that name it. It ends with a call of `stop`. */
  | { readonly type: 'pool' }
  /** A wire. It ends with a call of `close`. */
  | { readonly type: 'wire'; readonly options: StageOptions }

/** What the worker thread is told. */
export type ToWorker =
  | (Opening & { readonly stream: number })
  | {
      readonly type: 'call'
      readonly stream: number
      readonly call: number
      readonly method: DriverMethod | StageMethod
      readonly argument: CallArgument
    }

/** What the worker thread tells. */
export type FromWorker =
  | { readonly type: 'event'; readonly stream: number; readonly event: WireEvent }
  | { readonly type: 'result'; readonly stream: number; readonly call: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly stream: number; readonly call: number; readonly error: WireError }

/** An event on its way to another thread. */
export type WireEvent =
  Exclude<DriverEvent, { type: 'ended' }> | { readonly type: 'ended'; readonly error: WireError | undefined }

export function toWireEvent(event: DriverEvent): WireEvent {
  if (event.type !== 'ended') return event
  return { type: 'ended', error: event.error && toWireError(event.error) }
}

export function fromWireEvent(event: WireEvent): DriverEvent {
  if (event.type !== 'ended') return event
  return { type: 'ended', error: event.error && fromWireError(event.error) }
}

/** An error on its way to another thread: structured cloning keeps neither classes nor codes. */
export interface WireError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: unknown
  readonly cause: WireError | undefined
}

const classes = { OptionsError, TargetError, WriteError, StateError }

export function toWireError(error: unknown): WireError {
  const { name, message, stack, cause } = error instanceof Error ? error : new Error(String(error))
  const { code } = error as { code?: unknown }
  return { name, message, stack, code, cause: cause === undefined ? undefined : toWireError(cause) }
}

export function fromWireError(wire: WireError): Error {
  const options = wire.cause ? { cause: fromWireError(wire.cause) } : {}
  const known = wire.name in classes ? classes[wire.name as keyof typeof classes] : undefined
  const error = known ? new known(wire.message, options) : new Error(wire.message, options)
  if (!known) Object.assign(error, { name: wire.name, ...(wire.code === undefined ? {} : { code: wire.code }) })
  if (wire.stack !== undefined) error.stack = wire.stack
  return error
}
