import type { MutantStatus, MutationResult } from '../mutate/mutation.js'

/** What `mutate` found out about a test, with how many of the damages came out how. */
export interface Score extends MutationResult {
  readonly killed: number
  /** Those that were killed and those that survived. */
  readonly viable: number
}

export function scoreOf(result: MutationResult): Score {
  const killed = countStatus(result, 'killed')
  return { killed, viable: killed + countStatus(result, 'survived'), ...result }
}

/** `23 of 25 killed (92 %)`; the share is rounded down, so that 100 % are all. */
export function scoreInWords({ killed, viable, score }: Score): string {
  return viable === 0 ? 'no viable damage' : `${killed} of ${viable} killed (${Math.floor(score * 100)} %)`
}

/** What the score leaves aside, such as `2 equivalent, 1 allowed`; empty if nothing. */
export function asideInWords(score: Score): string {
  const tried = score.mutants.length
  return [
    ...(['allowed', 'equivalent', 'not viable'] as const).flatMap((status) => {
      const count = countStatus(score, status)
      return count === 0 ? [] : [`${count} ${status}`]
    }),
    ...(tried < score.runs ? [`${tried} of ${score.runs} damages tried`] : []),
  ].join(', ')
}

function countStatus({ mutants }: MutationResult, status: MutantStatus): number {
  return mutants.filter((mutant) => mutant.status === status).length
}
