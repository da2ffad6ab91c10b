import { oneLine } from '../../database/one-line.js'
import { OptionsError } from '../../errors.js'

/**
 * Loads the driver of a sink, which not everybody has installed.
 *
 * @throws OptionsError that says which package to install
 */
export async function loadDriver(name: string, load: () => Promise<unknown>): Promise<unknown> {
  try {
    return await load()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
    const got = isMissing ? 'none' : `one that does not load: ${oneLine(message)}`
    throw new OptionsError(
      `Expected the npm package \`${name}\` for this sink, got ${got}. Install it: npm install --save-dev ${name}`,
      { cause },
    )
  }
}
