import * as z from 'zod/mini'
import { OptionsError } from '../../errors.js'
import { expectKnown } from '../../tables/expect-known.js'
import type { ConnectionOptions } from './connection.js'
import { connectionParts, HAS_URL } from './connection-url.js'
import type { Environment } from './environment.js'
import { withoutBrackets } from './is-loopback.js'
import { redactor } from './redact.js'

/** What PostgreSQL keeps of a name. What is longer is cut, and then not found. */
const MOST_BYTES = 63

/** In the protocol, NUL ends a text: what follows would be read as something else. */
const text = (what: string): z.ZodMiniString =>
  z.string(what).check(z.minLength(1, what), z.regex(/^[^\0]*$/, `${what}, without NUL`))

const SCHEMA = z.object({
  protocol: z.optional(z.enum(['postgres', 'mysql'], '`postgres` or `mysql`')),
  // A URL would hold the password, and messages name the host. What begins with a slash is the folder of a Unix socket.
  // An IPv6 address comes in brackets where it is cut out of a URL.
  host: text('a host name or an address').check(
    z.regex(/^(?:\/|[^\s@/]*$)/, 'a host name or an address, not a URL'),
    z.overwrite(withoutBrackets),
    z.refine((host) => !/[[\]]|^[^:]+:\d*$/.test(host), 'a host name or an address, without a port'),
  ),
  port: z
    .int('an integer from 1 to 65535')
    .check(z.gte(1, 'an integer from 1 to 65535'), z.lte(65_535, 'an integer from 1 to 65535')),
  database: text('the name of a database'),
  user: text('the name of a user'),
  password: z.optional(z.string('a text').check(z.regex(/^[^\0]*$/, 'a text without NUL'))),
  schema: text('the name of a schema').check(
    z.refine((name) => Buffer.byteLength(name) <= MOST_BYTES, `the name of a schema, of at most ${MOST_BYTES} bytes`),
  ),
  sslmode: z.optional(
    z.enum(['disable', 'require', 'verify-ca', 'verify-full'], '`disable`, `require`, `verify-ca` or `verify-full`'),
  ),
  sslrootcert: z.optional(text('the path of a file')),
})

/** The fixture `cloudberry` has more than a connection, and can be handed over as it is. */
const TARGET_NAMES = [...Object.keys(SCHEMA.shape), 'connectionString', 'pool', 'dialect']

/**
 * Reads CDC_URL; or CLOUDBERRY_HOST, _PORT (5432), _DATABASE (gpadmin), _USER (gpadmin), _PASSWORD, _SCHEMA (tpcds), _SSLMODE
 * (disable) and _SSLROOTCERT. Only the host has no default.
 *
 * @throws OptionsError that names the variable which is missing or wrong
 */
export function connectionFromEnvironment(environment: Environment): ConnectionOptions {
  const port = environment['CLOUDBERRY_PORT'] ?? '5432'
  const { CDC_URL: url } = environment
  if (url !== undefined) return connectionFromUrl(url, environment)
  return validateConnection(
    {
      host: environment['CLOUDBERRY_HOST'],
      port: /^\d+$/.test(port) ? Number(port) : port,
      database: environment['CLOUDBERRY_DATABASE'] ?? 'gpadmin',
      user: environment['CLOUDBERRY_USER'] ?? 'gpadmin',
      password: environment['CLOUDBERRY_PASSWORD'],
      schema: environment['CLOUDBERRY_SCHEMA'] ?? 'tpcds',
      sslmode: environment['CLOUDBERRY_SSLMODE'],
      sslrootcert: environment['CLOUDBERRY_SSLROOTCERT'],
    },
    (field) => `CLOUDBERRY_${field.toUpperCase()}`,
  )
}

/** @throws OptionsError for an address that cannot be read, without showing it: it may hold a password */
function connectionFromUrl(url: string, environment: Environment): ConnectionOptions {
  const { CLOUDBERRY_HOST: host, CLOUDBERRY_SCHEMA: schema = 'tpcds' } = environment
  if (host !== undefined) {
    throw new OptionsError(`Expected one of CDC_URL and CLOUDBERRY_HOST, got both. Leave one of them out.`)
  }
  const parts = connectionParts(url, schema)
  if (parts) return validateConnection(parts, (field) => `${field} of CDC_URL`)
  throw new OptionsError(`Expected CDC_URL to be ${HAS_URL}, got another text. Set CDC_URL.`)
}

/**
 * Checks that `value` says where a database is.
 *
 * @param nameOf what the user calls a field
 * @throws OptionsError that names the first field which is missing or wrong
 */
export function validateConnection(
  value: unknown,
  nameOf: (field: string) => string = (field) => `target.${field}`,
): ConnectionOptions {
  if (typeof value === 'object' && value !== null) expectKnown(value, TARGET_NAMES, '`target`')
  const result = SCHEMA.safeParse(value)
  if (result.success) return withoutUndefined(result.data) as ConnectionOptions
  // The cause is left out: a ZodError can hold the input, and with it the password.
  const issue = result.error.issues[0]
  const field = String(issue?.path[0] ?? 'host')
  const name = nameOf(field)
  const { [field]: given, password } = (value ?? {}) as Record<string, unknown>
  const redact = redactor(typeof password === 'string' ? { password } : {})
  throw new OptionsError(
    `Expected \`${name}\` to be ${issue?.message ?? 'set'}, got ${redact(describe(field, given))}. Set ${name}.`,
  )
}

function describe(field: string, given: unknown): string {
  if (given === undefined) return 'nothing'
  const shown = field !== 'password' && (typeof given === 'string' || typeof given === 'number')
  return shown ? `\`${given}\`` : 'something else'
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, content]) => content !== undefined))
}
