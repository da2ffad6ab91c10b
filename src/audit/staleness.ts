import type { AuditFacts, AuditRead } from './audit-read.js'

/** How far one read is behind; 0 where it lacks nothing that was acknowledged before it began. */
export interface Behind {
  readonly commits: number
  /** From the acknowledgement of the first commit that it lacks. */
  readonly milliseconds: number
  /** From the acknowledgement of the commit that it shows. */
  readonly age: number
}

const FRESH: Behind = { commits: 0, milliseconds: 0, age: 0 }

export function stalenessOf(
  shown: number,
  { began, acknowledged }: Pick<AuditRead, 'began' | 'acknowledged'>,
  timeOf: AuditFacts['timeOf'],
): Behind {
  if (shown >= acknowledged) return FRESH
  const since = (commit: number): number => Math.max(0, began - (timeOf(commit) ?? began))
  const milliseconds = since(shown + 1)
  // What stood there before the first commit has no acknowledgement.
  return { commits: acknowledged - shown, milliseconds, age: shown === 0 ? milliseconds : since(shown) }
}
