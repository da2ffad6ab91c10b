import { OptionsError } from '../errors.js'
import { oneLine } from './one-line.js'

/**
 * Loads a package that not everybody has installed.
 *
 * @param use what needs it, for the message
 * @throws OptionsError that says which package to install
 */
export async function loadDriver(name: string, use: string, load: () => Promise<unknown>): Promise<unknown> {
  try {
    return await load()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
    const got = isMissing ? 'none' : `one that does not load: ${oneLine(message)}`
    throw new OptionsError(
      `Expected the npm package \`${name}\` for ${use}, got ${got}. Install it: npm install --save-dev ${name}`,
      { cause },
    )
  }
}
