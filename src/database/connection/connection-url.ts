/** What an address says; it is to be checked as what comes from elsewhere. */
interface UrlParts {
  readonly protocol: 'mysql' | 'postgres'
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string | undefined
  readonly schema: string
  readonly sslmode: string | undefined
  readonly sslrootcert: string | undefined
}

/** What an address of a database looks like. */
export const HAS_URL =
  'mysql://host:3306/database or postgres://host:5432/database, with user and password before the host'

const PROTOCOLS = {
  'mysql:': 'mysql',
  'mariadb:': 'mysql',
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
} as const
const PORTS = { mysql: 3306, postgres: 5432 }

/**
 * The parts of an address; undefined for one that cannot be read. Of MySQL a schema is a database, so that the address names
 * it; of PostgreSQL it is the one that is given. A parameter `socketPath` takes the place of the host, and `sslmode` and
 * `sslrootcert` are as in libpq.
 */
export function connectionParts(address: string, schema: string): UrlParts | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const protocol = url && PROTOCOLS[url.protocol as keyof typeof PROTOCOLS]
  if (!url || !protocol) return undefined
  const of = (name: string): string | undefined => url.searchParams.get(name) ?? undefined
  const path = decode(url.pathname.slice(1))
  const user = decode(url.username)
  const password = url.password === '' ? undefined : decode(url.password)
  if (path === undefined || user === undefined || (url.password !== '' && password === undefined)) return undefined
  const database = path === '' ? undefined : path
  return {
    protocol,
    host: of('socketPath') ?? url.hostname,
    port: url.port === '' ? PORTS[protocol] : Number(url.port),
    database: database ?? (protocol === 'mysql' ? schema : 'gpadmin'),
    user: user === '' ? (protocol === 'mysql' ? 'root' : 'gpadmin') : user,
    password,
    schema: protocol === 'mysql' ? (database ?? schema) : (of('schema') ?? schema),
    sslmode: of('sslmode'),
    sslrootcert: of('sslrootcert'),
  }
}

/** Undefined for a percent sign with nothing behind it. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

type Variables = Readonly<Record<string, string | undefined>>

/** Whether the configured database is one of MySQL. */
export function isMysqlConfigured({ CDC_URL: url = '' }: Variables): boolean {
  return connectionParts(url, '')?.protocol === 'mysql'
}

/** The host of the configured database; undefined where the environment names none. */
export function configuredHost(environment: Variables): string | undefined {
  const { CDC_URL: url, CLOUDBERRY_HOST: host } = environment
  if (url === undefined) return host
  // Of an address that cannot be read, who connects says what is wrong.
  return connectionParts(url, '')?.host ?? 'localhost'
}
