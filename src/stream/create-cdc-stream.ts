import { type Environment, readEnvironment } from '../database/connection/environment.js'
import type { CdcOptions, CdcStream } from './cdc-stream.js'
import { RerunnableStream } from './rerunnable-stream.js'
import { expectKnownOptions } from '../options/check-options.js'
import { resolveOptions } from '../options/resolve-options.js'

/**
 * Makes a stream of INSERT/UPDATE/DELETE micro-batches. Nothing is opened or written before `start()` or `step()`.
 *
 * @param options `environment` stands in for the process's environment variables and `.env`
 * @throws OptionsError that names the first option that cannot work, or that there is not
 */
export function createCdcStream(options: CdcOptions & { readonly environment?: Environment } = {}): CdcStream {
  expectKnownOptions(options, 'engine', '`createCdcStream()`', ['observe', 'signal', 'environment'])
  return new RerunnableStream(resolveOptions(options), options, options.environment ?? readEnvironment())
}
