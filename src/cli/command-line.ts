import { createRequire } from 'node:module'
import { Command, CommanderError, Option } from 'commander'
import type { AnyOption } from '../options/option.js'
import { optionsOf } from '../options/option-table.js'

/** What was typed, by the names of the table of options: text, true or false for switches. Holds only what was typed. */
export type TypedOptions = Readonly<Record<string, string | boolean>>

/** `run` writes a stream, and so does `audit`, which reads its sink as well; the others look at one. */
export type CommandName = 'run' | 'audit' | 'plan' | 'verify' | 'inspect' | 'ddl'

export interface Asked {
  readonly typed: TypedOptions
  readonly command: CommandName
  /** A file or token, of which `run` makes the changes. */
  readonly replay?: string | undefined
  /** Files or tokens of `verify`; tables of `inspect` and `ddl`. */
  readonly sources: readonly string[]
  /** The file that `inspect` writes. */
  readonly out?: string | undefined
  /** Whether `inspect` streams on copies of the tables. */
  readonly tries?: boolean | undefined
  /** What `ddl` prints the tables for. */
  readonly dialect?: string | undefined
  readonly schema?: string | undefined
}

/** The command line, read; or how the program ends because there is nothing to run. */
export type CommandLine = Asked | { readonly exitCode: number }

interface Output {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** Reads the arguments; prints the help, the version or one line that says what is wrong with them. */
export function readCommandLine(argv: readonly string[], output: Output): CommandLine {
  const program = defineProgram(output)
  let asked: Omit<Asked, 'typed'> = { command: 'run', sources: [] }
  program
    .command('replay <file-or-token>')
    .description('make the changes of a run again: of a file of --record, or of the token that a run has printed')
    .addHelpText('after', '\nTakes the options of cloudberry-cdc, but for those that shape the changes.')
    .action((replay: string) => void (asked = { command: 'run', sources: [], replay }))
  program
    .command('plan')
    .description('tell how --shards processes can share the work: the --base, and a command for each')
    .addHelpText(
      'after',
      '\nTakes the options of cloudberry-cdc; --create-tables creates the tables now, --json prints JSON.',
    )
    .action(() => void (asked = { command: 'plan', sources: [] }))
  program
    .command('verify [token-or-file...]')
    .description(
      'compare the tables with the ledgers of all shards, by the token of one or by what --shards, --seed, --base … say',
    )
    .addHelpText('after', '\nTakes the options of cloudberry-cdc. Files are those of --record; --json prints JSON.')
    .action((sources: string[]) => void (asked = { command: 'verify', sources }))
  program
    .command('inspect <schema-or-table...>')
    .description(
      'draft a module that defines tables like these (SCHEMA.TABLE), or like all of a SCHEMA, for streams on them',
    )
    .option('--out <file>', 'write it to this file, which must be a new one; .js or .mjs for JavaScript')
    .option(
      '--try',
      'stream 1,000 changes on copies, in a schema that is dropped, and tell table by table what came of it',
    )
    .addHelpText(
      'after',
      '\nTakes the options of cloudberry-cdc that say where the database is. Writes nothing to it without --try.',
    )
    .action((sources: string[], given: { readonly out?: string; readonly try?: boolean }) => {
      asked = { command: 'inspect', sources, out: given.out, tries: given.try }
    })
  program
    .command('ddl')
    .description('print the SQL that creates the tables of a stream, for a second database')
    .option('--table <name...>', 'only these tables (default: all)')
    .option('--dialect <name>', 'the database that is to have them: postgres or cloudberry (default: postgres)')
    .option('--schema <name>', 'the schema that is to have them (default: CLOUDBERRY_SCHEMA, or tpcds)')
    .addHelpText(
      'after',
      '\nOf the options of cloudberry-cdc it takes --tables, which can also be a file: a module that exports definitions. Asks no database.',
    )
    .action(({ table = [], dialect, schema }: Pick<Asked, 'dialect' | 'schema'> & { readonly table?: string[] }) => {
      asked = { command: 'ddl', sources: table, dialect, schema }
    })
  const audit = program
    .command('audit')
    .description('run the load while a sink is read again and again, and grade how consistent and how fresh it is')
    .addHelpText('after', '\nTakes the options of cloudberry-cdc; --json prints JSON, --report has a part about it.')
    .action(() => void (asked = { command: 'audit', sources: [] }))
  for (const [, row] of optionsOf('audit')) audit.addOption(toOption(row))
  try {
    program.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { exitCode: error.exitCode === 0 ? 0 : 2 }
  }
  const typed = { ...typedOptions(program, 'command'), ...(asked.command === 'audit' && typedOptions(audit, 'audit')) }
  return { typed, ...asked }
}

/** What was typed of the options of a command, by their names in the table. */
function typedOptions(command: Command, who: 'command' | 'audit'): TypedOptions {
  const given = command.opts<Record<string, string | boolean>>()
  return Object.fromEntries(
    optionsOf(who).flatMap(([name, row]) => {
      const attribute = toOption(row).attributeName()
      const value = given[attribute]
      return value === undefined || command.getOptionValueSource(attribute) !== 'cli' ? [] : [[name, value]]
    }),
  )
}

function defineProgram(output: Output): Command {
  const { version, description } = createRequire(import.meta.url)('vitest-cloudberry-cdc/package.json') as {
    version: string
    description: string
  }
  const program = new Command('cloudberry-cdc')
    .description(description)
    .version(version)
    .exitOverride()
    .helpCommand(false)
    .action(() => undefined)
    .configureOutput({
      writeOut: output.out,
      writeErr: output.err,
      outputError: (text, write) => write(`${toOneLine(text)}\n`),
    })
    .addHelpText(
      'after',
      `
The configured database is described by CLOUDBERRY_HOST, _PORT, _DATABASE, _USER, _PASSWORD, _SCHEMA, _SSLMODE and _SSLROOTCERT, or by CDC_URL=mysql://user:password@host:3306/database (postgres://, too).
Where CI is set, a host elsewhere needs CDC_ALLOW_REMOTE=1.
Options come before environment variables, those before the file .env of the working directory, that before the defaults.
Exit codes: 0 all right, 1 failed, 2 bad usage or settings, 3 the database differs from the ledger, 4 the sink is worse than audit was to accept, 130 or 143 interrupted.`,
    )
  for (const [, row] of optionsOf('command')) program.addOption(toOption(row))
  return program
}

/**
 * Commander puts "(Did you mean …?)" on a second line, repeats the value of an unknown `--password=…` or `-p…`, and does
 * not know a switch by its name when it is given a value.
 */
function toOneLine(text: string): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, ' ')
  const [, name = ''] = /^error: unknown option '(--[^=']+)=/.exec(line) ?? []
  if (optionsOf('command').some(([, { command }]) => command?.flags === name))
    return `error: option '${name}' takes no value`
  return line
    .replace(/^(error: unknown option '[^=']+)=.*'/s, "$1'")
    .replace(/^(error: unknown option '-[^-]).*'/s, "$1'")
}

function toOption({ value, fallback, command }: AnyOption): Option {
  if (!command) throw new TypeError('Expected an option of the command line')
  const { flags, variable, help, shown } = command
  const { choices } = value
  const notes = [
    choices && `one of ${choices.join(', ')}`,
    flags.includes('<') && `default: ${shown ?? String(fallback)}`,
    `env: ${variable}`,
  ]
  return new Option(flags, `${help} (${notes.filter(Boolean).join('; ')})`)
}
