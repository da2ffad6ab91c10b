import type { Environment } from '../../database/connection/environment.js'
import { isLoopback } from '../../database/connection/is-loopback.js'
import { OptionsError } from '../../errors.js'
import { longFlag, whereSet } from '../../options/check-options.js'
import { optionsOf } from '../../options/option-table.js'
import type { CommandName, TypedOptions } from '../command-line.js'
import { type Settings, standardOutput } from './settings.js'

/** @throws OptionsError for settings that do not go together, or not with the command */
export function checkSettings(
  settings: Settings,
  typed: TypedOptions,
  environment: Environment,
  command: CommandName,
): void {
  expectFitting(settings, typed, environment)
  if (command === 'run') expectCompany(settings, typed)
}

function expectFitting(settings: Settings, typed: TypedOptions, environment: Environment): void {
  const { target, events, json } = settings
  const configured = target === 'configured' || (target === 'auto' && environment['CLOUDBERRY_HOST'] !== undefined)
  if (configured && typed['dataDir'] !== undefined) {
    throw new OptionsError(
      'Expected --data-dir with an embedded database, got the configured one. Leave it out, or set --target embedded.',
    )
  }
  if (configured) refuseRemote(environment)
  if (target === 'none' && typed['dataDir'] !== undefined) {
    throw new OptionsError('Expected --data-dir with an embedded database, got --target none. Leave it out.')
  }
  const beside = [
    ['--vacuum-every', settings.vacuumEvery],
    ['--analyze-every', settings.analyzeEvery],
  ] as const
  for (const [flag, every] of beside) {
    if (target !== 'none' || every === undefined) continue
    throw new OptionsError(`Expected ${flag} with a database, got --target none. Leave it out.`)
  }
  if (events === standardOutput && json) {
    throw new OptionsError(
      'Expected either --events - or --json (CDC_JSON), got both, which print to standard output. Give --events a file.',
    )
  }
}

/** Some options mean nothing alone. */
function expectCompany(settings: Settings, typed: TypedOptions): void {
  if (settings.events === undefined && settings.target === 'none' && settings.record === undefined) {
    throw new OptionsError(
      'Expected --events or --record with --target none, which writes nothing else, got no events. Set --events or CDC_EVENTS.',
    )
  }
  for (const [name, { command }] of optionsOf('command')) {
    const needed = command?.needs as keyof Settings | undefined
    if (!command || needed === undefined || typed[name] === undefined || settings[needed] !== undefined) continue
    const where = whereSet(needed)
    throw new OptionsError(
      `Expected ${where.split(' ', 1)[0]} with ${longFlag(command.flags)}, got none. Set ${where}.`,
    )
  }
}

/** Keeps a run in CI from a database elsewhere, which a variable of the runner or a forgotten `.env` may name. */
function refuseRemote(environment: Environment): void {
  const host = environment['CLOUDBERRY_HOST']
  if (host === undefined || isLoopback(host) || !isOn(environment['CI']) || isOn(environment['CDC_ALLOW_REMOTE']))
    return
  throw new OptionsError(
    `Expected a database on this machine, because CI is set, got \`${host}\`. Set CDC_ALLOW_REMOTE=1 to write to it.`,
  )
}

/** Any value counts, as programs that look at CI have it, but for those that say no. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !['0', 'false', 'no', 'off'].includes(value.trim().toLowerCase())
}
