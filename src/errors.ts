/** What all errors of this package have in common: a stable `code` to test for, and the `cause` where there is one. */
export abstract class CdcError extends Error {
  abstract readonly code: string
}

/** An option, an argument or an environment variable that cannot work. Nothing was started and nothing was written. */
export class OptionsError extends CdcError {
  override readonly name = 'OptionsError'
  readonly code = 'ERR_CDC_OPTIONS'
}

/** The database could not be started, reached, logged in to, or is not fit for the stream. Nothing was written. */
export class TargetError extends CdcError {
  override readonly name = 'TargetError'
  readonly code = 'ERR_CDC_TARGET'
}

/** The stream could not go on writing. What was committed before stays, and the ledger knows it. */
export class WriteError extends CdcError {
  override readonly name = 'WriteError'
  readonly code = 'ERR_CDC_WRITE'
}

/** A statement of a job, as an error names it. */
export interface JobStatement {
  /** Its number in the conversation, from 1. */
  readonly number: number
  readonly statement: string
  /** 1 for the first time that the text came. */
  readonly occurrence: number
}

/** What a `PlaceError` knows beside its text. */
interface PlaceErrorOptions extends ErrorOptions {
  readonly places?: readonly JobStatement[]
  readonly where?: string | undefined
  readonly replay?: string | undefined
}

/** A job was not right at a place of its conversation with the database; the `cause` is what its test threw there. */
export class PlaceError extends CdcError {
  override readonly name = 'PlaceError'
  readonly code = 'ERR_CDC_PLACE'
  /** The first place; two where something was done at two. */
  readonly places: readonly JobStatement[]
  /** The first place, and what was done there, in words. */
  readonly where: string | undefined
  /** The command that makes the run again. */
  readonly replay: string | undefined

  constructor(message: string, { places = [], where, replay, ...options }: PlaceErrorOptions = {}) {
    super(message, options)
    this.places = places
    this.where = where
    this.replay = replay
  }
}

/** A test did not notice that its job was damaged. */
export class SurvivorError extends CdcError {
  override readonly name = 'SurvivorError'
  readonly code = 'ERR_CDC_SURVIVOR'
}

/** A method was called in a state in which it cannot work, such as `step()` while the stream runs. */
export class StateError extends CdcError {
  override readonly name = 'StateError'
  readonly code = 'ERR_CDC_STATE'
}
