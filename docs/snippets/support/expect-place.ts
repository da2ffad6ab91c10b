import { expect } from 'vitest'

interface Place {
  readonly statement: string
}

/** An exploration that is green, at several places; or one that names a statement at which the job is wrong: then what it says. */
export async function expectPlace(
  exploration: Promise<{ readonly runs: number }>,
  wrong: RegExp | undefined,
): Promise<string | undefined> {
  if (!wrong) {
    expect((await exploration).runs).toBeGreaterThan(5)
    return undefined
  }
  const error = await exploration.then(
    () => undefined,
    (failure: unknown) => failure as Error & { readonly places: readonly Place[] },
  )
  expect(error).toMatchObject({ code: 'ERR_CDC_PLACE' })
  expect(error?.places.map(({ statement }) => statement)).toContainEqual(expect.stringMatching(wrong))
  return error?.message
}
