/**
 * Who has an option: `engine` is `createCdcStream`, `tests` is `withCdcStream`, `command` the command line; `shard`
 * says that `cloudberry-cdc plan` hands it to the command of each shard as it was typed; `audit` is `cloudberry-cdc audit`.
 */
export type Who = 'engine' | 'tests' | 'command' | 'shard' | 'audit'

export const everywhere = ['engine', 'tests', 'command', 'shard'] as const

/** Makes a value of what was typed; `name` is where it was typed, for the message: `--batch-size` or `CDC_BATCH_SIZE`. */
export type ReadValue<T> = (text: string, name: string) => T

export interface ValueKind<T> {
  /** As zod has it. What it takes is a T; the types of users do not need to know those of zod. */
  readonly schema: { safeParse(value: unknown): { readonly success: boolean } }
  /** In words, after "to be". */
  readonly words: string
  /** The few words that it can be, where there are no others. */
  readonly choices?: readonly string[] | undefined
  /** Reads what was typed; the example is for the message about what cannot be read. None for what is only given in code. */
  readonly read?: ((example: string) => ReadValue<T>) | undefined
}

/** How an option is typed, as a flag and as a variable, and how it is shown. */
export interface CommandForm<T> {
  /** As commander takes it; without a `<value>` it is a switch. */
  readonly flags: string
  readonly variable: string
  readonly help: string
  /** What the help shows as the default, where that is not the value itself. */
  readonly shown?: string
  /** A value, for the message about one that cannot be read. @default the default */
  readonly example?: string
  /** Where the flag, or the variable, is written differently from the value. @default as its kind of value reads it */
  readonly read?: ReadValue<T>
  readonly readVariable?: ReadValue<T>
  /**
   * What the line at the start of a run says. It is left out for the default, unless `always` is set.
   *
   * @default the line leaves it out
   */
  readonly line?: { text(value: T | undefined): string; readonly always?: boolean }
  /** Another option without which it means nothing. */
  readonly needs?: string
}

/** An option: all that there is to know of it. */
export interface Option<T, W extends Who, D extends T | undefined> {
  readonly value: ValueKind<T>
  readonly has: readonly W[]
  /** What holds where nothing is said. */
  readonly fallback: D
  /** The same in a test, where that differs. */
  readonly inTests: T | undefined
  /** Whether the changes follow from it, so that a token carries it. Its default is part of the plan's format. */
  readonly carried: boolean
  /** The same value in one form, so that the same run has the same token. */
  canonical(value: T): T | undefined
  readonly command: CommandForm<T> | undefined
}

type OptionRow<T, W extends Who, D extends T | undefined> = {
  readonly value: ValueKind<T>
  readonly has: readonly W[]
  readonly fallback?: D
  readonly inTests?: T
  readonly carried?: boolean
  readonly canonical?: (value: T) => T | undefined
} & ([Extract<W, 'command' | 'audit'>] extends [never]
  ? { readonly command?: never }
  : { readonly command: CommandForm<T> })

export function option<T, const W extends Who, const D extends T | undefined = undefined>(
  row: OptionRow<T, W, D>,
): Option<T, W, D> {
  const { value, has, fallback, inTests, carried = false, canonical = (same: T) => same, command } = row
  return Object.freeze({ value, has, fallback: fallback as D, inTests, carried, canonical, command })
}

export type AnyOption = Option<unknown, Who, unknown>

export type NamesOf<Table, W extends Who> = {
  [K in keyof Table]: Table[K] extends { readonly has: readonly (infer Has)[] } ? (W extends Has ? K : never) : never
}[keyof Table]

export type ValueOf<Row> = Row extends { readonly value: ValueKind<infer T> } ? T : never

export type Given<Table, W extends Who> = {
  readonly [K in keyof Table as K extends NamesOf<Table, W> ? K : never]?: ValueOf<Table[K]>
}
