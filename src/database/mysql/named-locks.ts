import { randomInt } from 'node:crypto'
import type { SqlClient } from '../client.js'
import type { Locks } from '../client.js'
import { quoteText } from './quote.js'

/**
 * How many sessions can share a lock. MySQL's locks by name are exclusive: a lock of ours is as many of them, of which who
 * shares it takes one, and who wants it alone takes all.
 */
const PLACES = 256

/** @returns which of some locks a session got; they last as long as it does */
export async function tryLocks(client: SqlClient, { kind, ids, shared = false }: Locks): Promise<readonly boolean[]> {
  const got: boolean[] = []
  for (const id of ids) {
    got.push(await (shared ? lockOne(client, namesOf(kind, id)) : lockAll(client, namesOf(kind, id))))
  }
  return got
}

/** Who holds locks of some classes. */
export async function lockHolders(
  client: SqlClient,
  kinds: readonly number[],
  ids: readonly number[],
): Promise<readonly { pid: number; id: number }[]> {
  const asked = kinds.flatMap((kind) => ids.flatMap((id) => namesOf(kind, id).map((name) => ({ name, id }))))
  const pids = await askAll(
    client,
    asked.map(({ name }) => `IS_USED_LOCK(${quoteText(name)})`),
  )
  return asked.flatMap(({ id }, place) => (pids[place] === null ? [] : [{ pid: Number(pids[place]), id }]))
}

async function lockAll(client: SqlClient, names: readonly string[]): Promise<boolean> {
  const got = await askAll(client, names.map(getLock))
  const own = names.filter((_, place) => Number(got[place]) === 1)
  if (own.length === names.length) return true
  if (own.length > 0)
    await askAll(
      client,
      own.map((name) => `RELEASE_LOCK(${quoteText(name)})`),
    )
  return false
}

async function lockOne(client: SqlClient, names: readonly string[]): Promise<boolean> {
  const first = randomInt(names.length)
  for (const place of names.keys()) {
    const [got] = await askAll(client, [getLock(names[(first + place) % names.length]!)])
    if (Number(got) === 1) return true
  }
  return false
}

async function askAll(client: SqlClient, functions: readonly string[]): Promise<readonly unknown[]> {
  const { rows } = await client.query<{ answers: string }>(`SELECT json_array(${functions.join(', ')}) AS answers`)
  return JSON.parse(rows[0]!.answers) as unknown[]
}

function namesOf(kind: number, id: number): string[] {
  const name = `cdc:${(kind >>> 0).toString(16)}:${(id >>> 0).toString(16)}`
  return Array.from({ length: PLACES }, (_, place) => `${name}:${place}`)
}

function getLock(name: string): string {
  return `GET_LOCK(${quoteText(name)}, 0)`
}
