import { createRequire } from 'node:module'
import { Command, CommanderError, Option } from 'commander'
import { settingTable, type Setting } from './settings.js'

/** What was typed: text for options with a value, true or false for switches. Holds only what was typed. */
export type TypedOptions = Readonly<Record<string, string | boolean>>

/** The command line, read; or how the program ends because there is nothing to run. */
export type CommandLine = { readonly typed: TypedOptions } | { readonly exitCode: number }

interface Output {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** Reads the arguments; prints the help, the version or one line that says what is wrong with them. */
export function readCommandLine(argv: readonly string[], output: Output): CommandLine {
  const program = defineProgram(output)
  try {
    program.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { exitCode: error.exitCode === 0 ? 0 : 2 }
  }
  const typed = Object.entries(program.opts<Record<string, string | boolean>>())
  return { typed: Object.fromEntries(typed.filter(([name]) => program.getOptionValueSource(name) === 'cli')) }
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
    .configureOutput({
      writeOut: output.out,
      writeErr: output.err,
      outputError: (text, write) => write(`${toOneLine(text)}\n`),
    })
    .addHelpText(
      'after',
      `
The configured database is described by CLOUDBERRY_HOST, _PORT, _DATABASE, _USER, _PASSWORD and _SCHEMA.
Options come before environment variables, those before the file .env of the working directory, that before the defaults.
Exit codes: 0 all right, 1 failed, 2 bad usage or settings, 3 the database differs from the ledger, 130 or 143 interrupted.`,
    )
  for (const setting of Object.values<Setting<unknown>>(settingTable)) program.addOption(toOption(setting))
  return program
}

/** Commander puts "(Did you mean …?)" on a second line, and repeats the value of an unknown `--password=…`. */
function toOneLine(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/^(error: unknown option '[^=']+)=.*'/, "$1'")
}

function toOption(setting: Setting<unknown>): Option {
  const { flags, env, help, choices, shown, fallback } = setting
  const notes = [
    choices && `one of ${choices.join(', ')}`,
    flags.includes('<') && `default: ${shown ?? String(fallback)}`,
    `env: ${env}`,
  ]
  return new Option(flags, `${help} (${notes.filter(Boolean).join('; ')})`)
}
