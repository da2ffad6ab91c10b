import { OptionsError } from '../errors.js'
import { expectKnown } from '../tables/expect-known.js'
import type { AnyOption, Given, Who } from './option.js'
import {
  type Completed,
  type OptionName,
  optionRows,
  optionsOf,
  optionTable,
  type OptionTable,
} from './option-table.js'

/** @throws OptionsError that names the first option that cannot work, what it may be, and where it is set */
export function completeOptions<W extends Who>(given: Given<OptionTable, W>, who: W): Completed<W> {
  const values: Readonly<Record<string, unknown>> = given
  const completed = optionsOf(who).map(([name, { fallback }]) => {
    const value = values[name]
    checkOption(name, value)
    return [name, value === undefined ? fallback : value] as const
  })
  return Object.fromEntries(completed) as Completed<W>
}

/**
 * Refuses what nobody would read.
 *
 * @param what whose options they are: `createCdcStream()`
 * @param more names beside those of the table
 * @throws OptionsError that names it, and the nearest option
 */
export function expectKnownOptions(given: unknown, who: Who, what: string, more: readonly string[] = []): void {
  const known = [...optionsOf(who).map(([name]) => name), ...more]
  expectKnown(given, known, what, (name) => {
    if (CONNECTION.has(name)) {
      return `Where the database is, \`target\` says: { host, port, database, user, password, schema }, or CLOUDBERRY_${name.toUpperCase()}.`
    }
    const row = optionRows.find(([option]) => option === name)?.[1]
    if (!row) return undefined
    const { has, command } = row
    return has.includes('tests')
      ? 'It is an option of `withCdcStream()`.'
      : has.includes('engine')
        ? 'It is an option of `createCdcStream()`.'
        : `It is an option of the command line, ${longFlag(command?.flags ?? name)}.`
  })
}

const CONNECTION = new Set(['host', 'port', 'database', 'user', 'password', 'schema', 'sslmode', 'sslrootcert'])

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
