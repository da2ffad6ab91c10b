import { expect } from 'vitest'
import { naming } from '../../support/cdc-error.js'
import type { CliResult } from './cli-process.js'

/** What a line names, or its words where they are not ours. */
export type Named = RegExp | readonly (string | number)[]

/** Checks that a run failed with one clear line, and that neither a stack trace nor a password got out. */
export function expectOneLine(result: Omit<CliResult, 'log'>, code: number, named: Named, secret?: string): void {
  const line = named instanceof RegExp ? named : naming(...named)
  const errors = result.stderr.split('\n').filter((text) => /^error: | - ERROR - /.test(text))
  expect(errors, result.stderr).toEqual([expect.stringMatching(line)])
  expect(result.code).toBe(code)
  const everything = `${result.stdout}${result.stderr}`
  expect(everything).not.toMatch(/^\s+at /m)
  if (secret !== undefined) expect(everything).not.toContain(secret)
}
