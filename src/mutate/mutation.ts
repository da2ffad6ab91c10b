/** What came of a damaged run, in the words of mutation testing. */
export type MutantStatus = 'killed' | 'survived' | 'allowed' | 'equivalent' | 'not viable'

/** One damage to a job's conversation, and whether the test noticed it. */
export interface Mutant {
  /** The number, text and occurrence of the statement that was damaged. */
  readonly number: number
  readonly statement: string
  readonly occurrence: number
  /** What was done to it, in words. */
  readonly damage: string
  readonly status: MutantStatus
  /** For those that survived: what the damage changed, in words. */
  readonly changed?: string | undefined
  /** For those that may survive: why. */
  readonly reason?: string | undefined
}

/** What `mutate` found out about a test. */
export interface MutationResult {
  /** All that were tried, in the order of the conversation. */
  readonly mutants: readonly Mutant[]
  /** How many there are to try. */
  readonly runs: number
  /** Killed of viable (killed, survived), 0–1; 1 if none was viable. Those that are allowed do not count. */
  readonly score: number
}
