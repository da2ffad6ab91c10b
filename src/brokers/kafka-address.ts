import { OptionsError } from '../errors.js'

/** Where `--events` writes, as `kafka://host:9092,other:9092/topic?prefix=shop`. */
export interface KafkaAddress {
  /** As a client takes them, with their ports. */
  readonly brokers: readonly string[]
  /** Undefined for the topics that a connector writes. */
  readonly topic: string | undefined
  /** What those begin with. */
  readonly prefix: string | undefined
}

const SCHEME = 'kafka://'
const PORT = 9092
const BROKER = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i

/**
 * @returns undefined for what names no broker but a file
 * @throws OptionsError for what cannot be the address of one
 */
export function parseKafkaAddress(text: string): KafkaAddress | undefined {
  if (!text.startsWith(SCHEME)) return undefined
  const [, hosts = '', path = '', query = ''] = /^([^/?]*)\/?([^?]*)\??(.*)$/.exec(text.slice(SCHEME.length)) ?? []
  const brokers = hosts.split(',').map((host) => (/:\d+$/.test(host) ? host : `${host}:${PORT}`))
  const options = new Map(new URLSearchParams(query))
  const prefix = options.get('prefix')
  options.delete('prefix')
  if (hosts === '' || !brokers.every((broker) => BROKER.test(broker))) refuse('HOST:PORT behind kafka://', hosts)
  if (options.size > 0) refuse('no option but `prefix` behind the question mark', [...options.keys()][0] ?? '')
  for (const [what, name] of [['a topic', path] as const, ['a prefix', prefix ?? ''] as const]) {
    if (name !== '' && !/^[\w.-]{1,249}$/.test(name))
      refuse(`${what} of letters, digits, dots, underscores and hyphens`, name)
  }
  return { brokers, topic: path === '' ? undefined : path, prefix: prefix === '' ? undefined : prefix }
}

/** Never with all of the text: somebody may have written a password into it. */
function refuse(expected: string, got: string): never {
  const shown = got.includes('@') ? 'one with a user, which this cannot log in' : `\`${got}\``
  throw new OptionsError(
    `Expected ${expected} in the events' address, got ${shown}. Set --events or CDC_EVENTS to such as kafka://localhost:9092/topic.`,
  )
}
