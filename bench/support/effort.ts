/** How much is measured. */
export interface Effort {
  /** Rounds, in each of which every contender has its turn. */
  readonly rounds: number
  /** Up to 10,000,000 changes on the database instead of 1,000,000. */
  readonly full: boolean
  /** So much of a number of changes, rows or milliseconds; a tenth with `--quick`. */
  readonly scale: (amount: number) => number
}

export function effortOf(flags: { readonly quick: boolean; readonly full: boolean }): Effort {
  const { quick, full } = flags
  return { rounds: quick ? 2 : 5, full, scale: (amount) => (quick ? Math.ceil(amount / 10) : amount) }
}
