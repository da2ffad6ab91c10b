import { typeName } from '../../../src/match/type-name.js'
import { useZone } from '../../support/zones.js'

/** What a driver gives for each type, in words. */
export interface Observed {
  readonly package: string
  readonly version: string
  readonly how: string
  readonly bigint: string
  readonly numeric: string
  readonly date: string
  readonly boolean: string
  readonly verdict: string
}

/** To be asked of rows that were read in New York, where both midnights are apart. */
export const OBSERVED_IN = 'America/New_York'

export function kindsOf(
  rows: Iterable<object>,
  names: readonly string[],
): Pick<Observed, 'bigint' | 'numeric' | 'date' | 'boolean'> {
  useZone(OBSERVED_IN)
  const kinds = names.map((name, index) => {
    const found = new Set<string>()
    for (const row of rows) {
      const value = Array.isArray(row) ? (row[index] as unknown) : (row as Record<string, unknown>)[name]
      if (value !== null) found.add(kindOf(value))
    }
    return [...found].toSorted().join(', ')
  })
  return { bigint: kinds[0]!, numeric: kinds[1]!, date: kinds[2]!, boolean: kinds[3]! }
}

function kindOf(value: unknown): string {
  if (value instanceof Date) return value.getHours() === 0 ? 'Date, local midnight' : 'Date, midnight UTC'
  if (typeof value === 'string' && /T\d\d:/.test(value)) return 'string with a time'
  const name = typeName(value)
  // The name of a minified class says nothing.
  return name.length > 1 ? name : 'object'
}
