import type { Account } from './account.js'
import type { ServerPackage } from './server-package.js'

/** What the steps of a start share. */
export interface StartContext {
  readonly server: ServerPackage
  readonly cache: string
  readonly account: Account | undefined
  /** Ends what is being done, and what was started for it. */
  readonly signal: AbortSignal
}
