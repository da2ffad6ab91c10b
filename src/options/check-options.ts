import { OptionsError } from '../errors.js'
import type { AnyOption, Told, Who } from './option.js'
import { type Completed, type OptionName, optionsOf, optionTable, type OptionTable } from './option-table.js'

/**
 * Checks what somebody was told, and completes it.
 *
 * @throws OptionsError that names the first option that cannot work, what it may be, and where it is set
 */
export function completeOptions<W extends Who>(given: Told<OptionTable, W>, who: W): Completed<W> {
  const values: Readonly<Record<string, unknown>> = given
  const completed = optionsOf(who).map(([name, { fallback }]) => {
    const value = values[name]
    checkOption(name, value)
    return [name, value === undefined ? fallback : value] as const
  })
  return Object.fromEntries(completed) as Completed<W>
}

/** @throws OptionsError for a value that the option cannot have */
export function checkOption(name: OptionName, value: unknown): void {
  const row: AnyOption = optionTable[name]
  if (value === undefined || row.value.schema.safeParse(value).success) return
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value)?.replaceAll(/^"|"$/g, '')
  throw new OptionsError(`Expected \`${name}\` to be ${row.value.words}, got \`${shown}\`. Set ${whereSet(name)}.`)
}

/** Where an option is set: its flag and its variable, or its name. */
export function whereSet(name: OptionName): string {
  const { command }: AnyOption = optionTable[name]
  return command ? `${longFlag(command.flags)} or ${command.variable}` : `\`${name}\``
}

/** `--rate` of `--rate <changes>`. */
export function longFlag(flags: string): string {
  return flags.split(' ', 1)[0] ?? flags
}
