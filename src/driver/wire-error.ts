import { OptionsError, StateError, TargetError, WriteError } from '../errors.js'

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
