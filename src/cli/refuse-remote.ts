import { OptionsError } from '../errors.js'
import type { Environment } from '../database/connection/environment.js'
import { isLoopback } from '../database/connection/is-loopback.js'

/**
 * Keeps a run in CI from a database elsewhere, which a variable of the runner or a forgotten `.env` may name.
 *
 * @throws OptionsError when CI is set, the configured host is not this machine, and nobody has allowed that
 */
export function refuseRemote(environment: Environment): void {
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
