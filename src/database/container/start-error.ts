import { TargetError } from '../../errors.js'
import type { LogTail } from '../embedded/log-tail.js'
import { oneLine } from '../one-line.js'
import { NotServing } from './until-serving.js'

/** What was to be started. */
export interface StartDescription {
  readonly image: string
  /** Milliseconds. */
  readonly timeout: number
  /** What is not to be told. */
  readonly password: string
}

/** The container ended before it was ready. */
export class ContainerEnd extends Error {
  constructor(exitCode: number) {
    super(`its end with exit code ${exitCode}`)
  }
}

/** The container was not ready in time. */
export class ContainerLate extends Error {
  constructor(timeout: number) {
    super(`no sign of it in ${timeout} ms`)
  }
}

/** Says in one line why a container did not start, and what its log says. */
export function startError(cause: Error, log: LogTail | undefined, description: StartDescription): TargetError {
  const { image, password } = description
  const ending = log === undefined || log.lines.length === 0 ? '' : `; its log ends: ${log.summary()}`
  // Cloudberry logs every statement, and so the one that sets the password.
  const got = `${oneLine(cause.message)}${ending}`.replaceAll(password, '…')
  return new TargetError(`Expected a container of \`${image}\` to become ready, got ${got}. ${advice(cause)}`, {
    cause,
  })
}

function advice(cause: Error): string {
  if (cause instanceof ContainerEnd)
    return 'Check that the image is one of Cloudberry or PostgreSQL (CDC_CONTAINER_KIND).'
  if (cause instanceof ContainerLate || cause instanceof NotServing)
    return 'Give it longer (CDC_CONTAINER_TIMEOUT), or another ready line (CDC_CONTAINER_READY).'
  return 'Look at the log of the Docker engine.'
}
