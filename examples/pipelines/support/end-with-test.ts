import { onTestFinished } from 'vitest'

/** Has it disposed of at the end of the test in any case: a test that times out stands still where it waits. */
export function endWithTest<T extends AsyncDisposable>(it: T): T {
  onTestFinished(async () => it[Symbol.asyncDispose]())
  return it
}
