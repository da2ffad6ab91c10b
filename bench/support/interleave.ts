import type { Effort } from './effort.js'

/** Does its work once and returns what was measured: one value, or several by their names. */
export type Contender = () => Promise<number | Readonly<Record<string, number>>>

/** One that leaves something behind. */
export interface DisposableContender extends AsyncDisposable {
  readonly contender: Contender
}

/** What was measured, by name, one value a round. */
export type Measured = ReadonlyMap<string, readonly number[]>

/**
 * Lets contenders take turns, so that what the machine does besides hits all of them: forwards in one round, backwards
 * in the next. A first round warms up and is not counted.
 */
export async function interleave(
  contenders: Readonly<Record<string, Contender>>,
  { rounds }: Pick<Effort, 'rounds'>,
): Promise<Measured> {
  const measured = new Map<string, number[]>()
  const entries = Object.entries(contenders)
  for (let round = 0; round <= rounds; round++) {
    for (const [name, contender] of round % 2 === 0 ? entries : entries.toReversed()) {
      const result = await contender()
      if (round === 0) continue
      const values = typeof result === 'number' ? { [name]: result } : result
      for (const [key, value] of Object.entries(values)) measured.set(key, [...(measured.get(key) ?? []), value])
    }
  }
  return measured
}
