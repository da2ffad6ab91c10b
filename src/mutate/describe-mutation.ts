import { SurvivorError } from '../errors.js'
import { listed, placeInWords } from '../explore/describe-exploration.js'
import type { Candidate } from './derive-damages.js'
import type { Allowance, Mutant, MutationResult } from './mutation.js'
import type { Trials } from './mutate.js'
import type { Tried } from './mutation-run.js'

/** What came of all damages, as reports take it. */
export function resultOf({ tried, runs }: Trials, allow: readonly Allowance[]): MutationResult {
  const mutants = tried.map((each) => mutantOf(each, allow))
  const [killed, survived] = (['killed', 'survived'] as const).map((status) => countOf(mutants, status))
  const viable = killed! + survived!
  return { mutants, runs, score: viable === 0 ? 1 : killed! / viable }
}

function mutantOf({ candidate, outcome, changed }: Tried, allow: readonly Allowance[]): Mutant {
  const { number, statement, occurrence } = candidate.place
  const mutant = { number, statement, occurrence, damage: candidate.words }
  if (outcome !== 'survived') return { ...mutant, status: outcome }
  const words = changed.join('; ') || 'the job was told something else, and left the same in the tables'
  const survivor = { ...mutant, changed: words }
  const allowance = allowanceOf(allow, candidate)
  return allowance ? { ...survivor, status: 'allowed', reason: allowance.reason } : { ...survivor, status: 'survived' }
}

/** The first that fits a damage. */
export function allowanceOf(allow: readonly Allowance[], { place, damage }: Candidate): Allowance | undefined {
  return allow.find(({ statement, damage: kind }) => {
    if (kind !== undefined && kind !== damage.kind) return false
    if (typeof statement === 'string') return place.statement.includes(statement)
    return new RegExp(statement.source, statement.flags.replace(/[gy]/g, '')).test(place.statement)
  })
}

/** The error of a test that did not notice all. */
export function survivorError(result: MutationResult, trials: Trials): SurvivorError | undefined {
  const { mutants, score } = result
  const survived = mutants.flatMap((mutant, index) =>
    mutant.status === 'survived' ? [{ mutant, candidate: trials.tried[index]!.candidate }] : [],
  )
  if (survived.length === 0) return undefined
  const viable = survived.length + countOf(mutants, 'killed')
  const lines = [
    ...listed(
      `Expected the test to notice each damage to its job, got ${survived.length} of ${viable} that it did not notice (score ${percent(score)}).`,
      survived.map(
        ({ mutant, candidate }) => `${placeInWords(candidate.place)}: ${mutant.damage}. Then: ${mutant.changed}.`,
      ),
    ),
    ...scopeInWords(result, trials),
    'Let the test compare what they change, or name those that are right in `allow`, with a reason.',
  ]
  return new SurvivorError(lines.join('\n'))
}

/** What came out, in lines. */
export function mutationInWords(result: MutationResult, trials: Trials): string[] {
  const { mutants, score } = result
  const killed = countOf(mutants, 'killed')
  const viable = killed + countOf(mutants, 'survived')
  return [
    `The test noticed ${killed} of ${viable} damages to its job (score ${percent(score)}).`,
    ...scopeInWords(result, trials),
  ]
}

function scopeInWords({ mutants, runs }: MutationResult, { wrongPlaces, hung }: Trials): string[] {
  const [equivalent, notViable, allowed] = (['equivalent', 'not viable', 'allowed'] as const).map((status) =>
    countOf(mutants, status),
  )
  return [
    ...(equivalent! > 0 ? [`Set aside, as they changed nothing: ${equivalent}.`] : []),
    ...(notViable! > 0 ? [`Set aside, as they could not be done: ${notViable}.`] : []),
    ...(allowed! > 0 ? [`Allowed: ${allowed}.`] : []),
    ...(mutants.length < runs
      ? [
          `${mutants.length} of ${runs} damages were tried ${hung ? 'before a body did not end' : 'in the time that there was'}.`,
        ]
      : []),
    ...(wrongPlaces.length > 0
      ? [
          `Not tried, as a commit alone makes the body wrong there (\`explore\` says how): before statement ${wrongPlaces.map(({ number }) => number).join(', ')}.`,
        ]
      : []),
  ]
}

function countOf(mutants: readonly Mutant[], status: Mutant['status']): number {
  return mutants.filter((mutant) => mutant.status === status).length
}

function percent(score: number): string {
  return `${Math.floor(100 * score)} %`
}
