import { OptionsError } from '../errors.js'
import { connectionFromEnvironment, validateConnection } from './connection/check-connection.js'
import { configuredHost } from './connection/connection-url.js'
import type { ConnectionOptions, StartedTarget } from './connection/connection.js'
import { openContainer } from './container/open-container.js'
import { startEmbedded } from './embedded/start-embedded.js'
import type { Environment } from './connection/environment.js'
import { redactor } from './connection/redact.js'

export type TargetChoice = 'auto' | 'embedded' | 'container' | 'configured' | ConnectionOptions

export interface OpenTargetOptions {
  readonly environment: Environment
  /** Where an embedded server keeps its data. @default a temporary folder */
  readonly dataDir?: string | undefined
  /** The schema that holds the tables. @default CLOUDBERRY_SCHEMA, or 'tpcds' */
  readonly schema?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens the database that the stream writes to, starting it if it is to be ours. `auto` is the configured one if
 * CLOUDBERRY_HOST or CDC_URL is set, else an embedded one.
 *
 * @throws OptionsError when the choice or a setting is wrong
 * @throws TargetError when a server cannot be started
 */
export async function openTarget(choice: TargetChoice, options: OpenTargetOptions): Promise<StartedTarget> {
  const { environment, dataDir, schema = environment['CLOUDBERRY_SCHEMA'], signal } = options
  switch (choice) {
    case 'auto':
      return openTarget(configuredHost(environment) === undefined ? 'embedded' : 'configured', options)
    case 'embedded':
      return startEmbedded({ dataDir, schema, signal })
    case 'configured':
      return existing(
        connectionFromEnvironment(schema === undefined ? environment : { ...environment, CLOUDBERRY_SCHEMA: schema }),
      )
    case 'container':
      return openContainer({ environment, schema, signal })
    default:
      if (typeof choice === 'object') return existing(validateConnection(choice), options.schema)
      throw new OptionsError(
        `Expected \`target\` to be \`auto\`, \`embedded\`, \`container\`, \`configured\` or a connection, got \`${redactor({})(String(choice))}\`. Choose one of these.`,
      )
  }
}

/** A database that is there and stays when the target is disposed. It is not asked anything yet. */
function existing(found: ConnectionOptions, schema = found.schema): StartedTarget {
  const connection = found.protocol === 'mysql' ? found : { ...found, schema }
  return { kind: 'configured', connection, createTables: false, [Symbol.asyncDispose]: () => Promise.resolve() }
}
