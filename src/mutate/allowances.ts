import { OptionsError } from '../errors.js'
import type { Candidate } from './derive-damages.js'
import type { Allowance } from './mutation.js'

/** @throws OptionsError for one without a reason */
export function checkAllowances(allow: readonly Allowance[]): void {
  for (const { statement, reason } of allow) {
    if (typeof reason === 'string' && reason.trim() !== '') continue
    throw new OptionsError(
      `Expected each of \`allow\` to have a \`reason\`, got none for \`${String(statement)}\`. Say why the test is right all the same.`,
    )
  }
}

/** The first that fits a damage. */
export function allowanceOf(allow: readonly Allowance[], { place, damage }: Candidate): Allowance | undefined {
  return allow.find(({ statement, damage: kind }) => {
    if (kind !== undefined && kind !== damage.kind) return false
    if (typeof statement === 'string') return place.statement.includes(statement)
    return new RegExp(statement.source, statement.flags.replace(/[gy]/g, '')).test(place.statement)
  })
}
