import { TargetError } from '../../errors.js'
import { oneLine } from '../one-line.js'

/**
 * Loads a package that is large and that not everybody has installed, before any module of ours imports it: Node.js 20
 * ends the process with an unhandled rejection when a CommonJS module throws that several modules import.
 *
 * @throws TargetError that says which package to install
 */
export async function loadPackage(load: () => Promise<unknown>): Promise<void> {
  try {
    await load()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const missing = /'(testcontainers|@testcontainers\/postgresql)'/.exec(message)?.[1]
    if (code === 'ERR_MODULE_NOT_FOUND' && missing !== undefined) {
      throw new TargetError(
        `Expected the npm package \`${missing}\` for the target \`container\`, got none. Install it: npm install --save-dev ${missing}@11 (or @12 on Node.js 22.22 or later)`,
      )
    }
    throw new TargetError(
      `Expected Testcontainers to load on Node.js ${process.version}, got: ${oneLine(message)}. Install version 11, or use it with Node.js 22.22 or later: npm install --save-dev testcontainers@11 @testcontainers/postgresql@11`,
      { cause },
    )
  }
}
