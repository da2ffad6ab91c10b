import type { Environment } from '../../database/connection/environment.js'
import type { CommandName, TypedOptions } from '../command-line.js'
import { checkSettings } from './check-settings.js'
import { chooseSettings } from './choose-settings.js'
import { findSettings, type Settings } from './settings.js'

/**
 * Puts the settings together: finds them, chooses where two say the same, and refuses what does not go together.
 *
 * @throws OptionsError that names the flag or the variable
 */
export function readSettings(typed: TypedOptions, environment: Environment, command: CommandName = 'run'): Settings {
  const settings = chooseSettings(findSettings(typed, environment), environment, command)
  checkSettings(settings, typed, environment, command)
  return settings
}
