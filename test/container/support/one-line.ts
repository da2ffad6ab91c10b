import { inspect } from 'node:util'
import { expect } from 'vitest'
import { TargetError } from '../../../src/errors.js'

/** Checks that `work` fails with one line for people, which tells no secret. */
export async function expectTargetError(work: Promise<unknown>, line: RegExp, secret?: string): Promise<TargetError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(TargetError)
  const { message } = error as TargetError
  expect(message).toMatch(line)
  expect(message).toMatch(/^Expected [^\n]+$/)
  if (secret !== undefined) expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret)
  return error as TargetError
}
