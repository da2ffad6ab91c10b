import type { TriedSchema } from '../trial/try-schema.js'

/** What came of a trial, table by table. */
export function trialLines({ streams, rest }: TriedSchema): readonly string[] {
  return [
    ...streams.map((name) => `streams  ${name}`),
    ...rest.map(({ name, why }) => `fails    ${name}: ${why}`),
    `${streams.length} of ${streams.length + rest.length} tables stream as they are drafted${rest.length > 0 ? '. What fails is left out of the draft, with its reason' : ''}`,
  ]
}
