import { expect } from 'vitest'
import type { CliResult } from './cli-process.js'

/** Checks that a run failed with one clear line, and that neither a stack trace nor a password got out. */
export function expectOneLine(result: Omit<CliResult, 'log'>, code: number, line: RegExp, secret?: string): void {
  const errors = result.stderr.split('\n').filter((text) => /^error: | - ERROR - /.test(text))
  expect(errors, result.stderr).toEqual([expect.stringMatching(line)])
  expect(result.code).toBe(code)
  const everything = `${result.stdout}${result.stderr}`
  expect(everything).not.toMatch(/^\s+at /m)
  if (secret !== undefined) expect(everything).not.toContain(secret)
}
