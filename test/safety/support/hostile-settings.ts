import fc from 'fast-check'
import { longFlag } from '../../../src/options/check-options.js'
import { optionsOf } from '../../../src/options/option-table.js'

/** Its middle stays as it is however it is written down. */
export const SECRET = "s3cr:et/ geheim4711@%\\'"

/** One hostile call of the command. */
export interface HostileCall {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** The text of `.env`. */
  readonly dotenv: string | undefined
}

const HOSTILE = [
  ['', ' ', '0', '-0', '-1', '1.5', '1e3', '1e999', '-1e9', '9007199254740993', '9'.repeat(400), '0x10', '1_000'],
  ['NaN', 'Infinity', 'null', 'undefined', '__proto__', 'constructor', 'toString', 'true', '1/2/3', '1/-1/1e999'],
  ['a\0b', '\0', 'a\nb', '\r\n', '\t', '\u001b[31mred', '\u2028', '\ud800', '漢字', '١٢', '🙂', 'x'.repeat(5_000)],
  ['--', '-', '--json', '-x', '--seed=1', "'", '"', '`', '$(id)', ';', '%s%d', '\\', '{}', '[]', '{"a":1}', '=', ','],
  ['/nonexistent/x', '/dev/full', '/', '.', '..', 'a/b/c', 'file://x', `/nonexistent/${SECRET}`],
  [SECRET, encodeURIComponent(SECRET), `postgresql://u:${encodeURIComponent(SECRET)}@h/db`, `x?password=${SECRET}`],
].flat()

/** What works, or nearly, by the name of the setting. What is large and works would only take long. */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  batches: ['1', '3', '2147483647', '2147483648'],
  batchSize: ['1', '2', '30', '1000001'],
  interval: ['0', '0.001', '0.05', '86400', '86401'],
  ratio: ['0', '0.5', '0.51', '70/20/10', '1/0/1', '0/1/0', '1/1/2'],
  hazards: [
    'hotKeys=1',
    'sameKeyChains=1,reinsert=1,noopUpdates=1',
    'keyChange=1',
    'hotKeys=2',
    'hotKeys',
    'hotKeys==',
  ],
  seed: ['0', '4294967295', '4294967296'],
  scale: ['1', '10', '100000', '7'],
  businessDate: ['2001-02-03', '2001-02-30', '0000-01-01', '9999-12-31', '275760-09-13'],
  // A container would be fetched where there is Docker.
  target: ['auto', 'configured', 'none', 'embedded'],
  events: ['-', 'events'],
  record: ['record'],
  logFile: ['log'],
  dataDir: ['data'],
  writers: ['1', '2', '3'],
}

/** The other variables that the command line knows. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  CLOUDBERRY_HOST: [
    'localhost',
    '/nonexistent',
    '::1',
    '[::1]',
    'a b',
    `postgresql://u:${SECRET}@h/db`,
    '漢字.invalid',
    '\0',
  ],
  CLOUDBERRY_PORT: ['1', '0', '65535', '65536', ' 5432', '5432x'],
  CLOUDBERRY_DATABASE: ['postgres', 'nowhere'],
  CLOUDBERRY_USER: ['nobody'],
  CLOUDBERRY_PASSWORD: ['wrong', ''],
  CLOUDBERRY_SCHEMA: [
    'new one',
    `It's "x".y`,
    'x'.repeat(63),
    'x'.repeat(64),
    'pg_catalog',
    'information_schema',
    'a\nb',
  ],
  CLOUDBERRY_SSLMODE: ['disable', 'require', 'verify-ca', 'verify-full', 'prefer'],
  CLOUDBERRY_SSLROOTCERT: ['/nonexistent', '/', '/etc/passwd'],
  CI: ['true', '1', '0'],
  CDC_ALLOW_REMOTE: ['1', '0'],
  NO_COLOR: ['1'],
}

type Piece = Partial<HostileCall>

const values = (fitting: readonly string[] = []): fc.Arbitrary<string> =>
  fitting.length === 0
    ? fc.constantFrom(...HOSTILE)
    : fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...fitting) },
        { weight: 2, arbitrary: fc.constantFrom(...HOSTILE) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
      )

/** One setting, as an option in one of the ways to write it, or as a variable. */
function settings(): fc.Arbitrary<Piece>[] {
  return optionsOf('command').map(([name, { command, value: kind }]) => {
    const { flags, variable } = command!
    const { choices = [] } = kind
    const long = longFlag(flags)
    const isSwitch = !flags.includes('<')
    const safe = choices.filter((choice) => choice !== 'container')
    const value = values([...safe, ...(FITTING[name] ?? []), ...(isSwitch ? ['1', '0'] : [])])
    const asVariable = value.map((text) => ({ env: { [variable]: text } }))
    const withoutValue = fc.constant({ argv: [long] })
    const inOne = value.map((text) => ({ argv: [`${long}=${text}`] }))
    if (isSwitch) {
      return fc.oneof({ weight: 4, arbitrary: asVariable }, { weight: 4, arbitrary: withoutValue }, inOne)
    }
    const inTwo = value.map((text) => ({ argv: [long, text] }))
    return fc.oneof({ weight: 4, arbitrary: fc.oneof(asVariable, inOne, inTwo) }, withoutValue)
  })
}

const variables = (): fc.Arbitrary<Piece>[] =>
  Object.entries(VARIABLES).map(([name, fitting]) => values(fitting).map((text) => ({ env: { [name]: text } })))

const others = (): fc.Arbitrary<Piece>[] => [
  values(['replay', 'help']).map((word) => ({ argv: [word] })),
  values().map((word) => ({ argv: ['replay', word] })),
  fc.string({ unit: 'binary', maxLength: 60 }).map((dotenv) => ({ dotenv })),
  values().map((text) => ({ dotenv: `CLOUDBERRY_SCHEMA='${text}'\nCDC_SEED="${text}"\nCDC_LOG_FILE=${text}\n` })),
]

/** Calls with one to three hostile settings, every one of the command line among them. */
export function hostileCalls(): fc.Arbitrary<HostileCall> {
  const pieces = fc.oneof(...settings(), ...variables(), ...others())
  return fc.array(pieces, { minLength: 1, maxLength: 3 }).map((chosen) => ({
    argv: chosen.flatMap(({ argv = [] }) => argv),
    env: Object.assign({}, ...chosen.map(({ env = {} }) => env)) as Record<string, string>,
    dotenv: chosen.find(({ dotenv }) => dotenv !== undefined)?.dotenv,
  }))
}
