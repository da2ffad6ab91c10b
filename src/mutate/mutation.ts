import type { TrialOptions } from '../explore/exploration.js'
import type { DamageKind } from '../wire/damage/damage.js'

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

/** Damages that a test need not notice. */
export interface Allowance {
  /** The statement, or a part of its text. */
  readonly statement: string | RegExp
  /** @default any */
  readonly damage?: DamageKind
  /** Why the test is right all the same. */
  readonly reason: string
}

/** How the test of a job is tried. */
export interface JobMutation extends TrialOptions {
  /** Damages that may survive. @default none */
  readonly allow?: readonly Allowance[]
}

/**
 * Runs a job again and again, each time from the same start and with one damage to what it says on `job`: a statement left
 * out or sent twice, a COMMIT that is a ROLLBACK, a row that does not come. The body has to fail each time.
 *
 * @returns what came of each damage, and the score
 * @throws SurvivorError that lists the damages that the body did not notice
 */
export type Mutate = (body: () => Promise<void>, options?: JobMutation) => Promise<MutationResult>
