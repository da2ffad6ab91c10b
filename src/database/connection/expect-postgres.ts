import { OptionsError } from '../../errors.js'
import type { ConnectionOptions } from './connection.js'

/** @throws OptionsError for a database of another protocol */
export function expectPostgres({ protocol }: Pick<ConnectionOptions, 'protocol'>, what: string, todo: string): void {
  if (protocol !== 'mysql') return
  throw new OptionsError(`Expected a database of PostgreSQL's protocol for ${what}, got one of MySQL. ${todo}`)
}
