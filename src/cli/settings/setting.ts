import type { ReadValue } from '../read-value.js'

/** How one setting is typed, as an option and as an environment variable. */
export interface Setting<T> {
  /** As commander takes it; without a `<value>` it is a switch. */
  readonly flags: string
  readonly env: string
  readonly help: string
  readonly choices?: readonly string[]
  /** What the help shows as the default, where that is not the value itself. */
  readonly shown?: string
  readonly fallback: T
  readonly read: ReadValue<T>
  /** Where the variable is written differently from the option. */
  readonly readEnv?: ReadValue<T>
}

/** Settings that belong together, by the name that commander gives the option. */
export type SettingGroup<T> = { readonly [K in keyof T]: Setting<T[K]> }
