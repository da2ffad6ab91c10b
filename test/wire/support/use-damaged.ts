import { expect } from 'vitest'
import type { Damage, Treated } from '../../../src/wire/damage/damage.js'
import { treat } from '../../../src/wire/damage/treat.js'
import { type RecordedStatement, Watch } from '../../../src/wire/watch/watch.js'
import type { Wire } from '../../../src/wire/wire.js'
import { useClient, useSchema } from '../../support/server.js'
import * as wire from './messages.js'
import { RawSession } from './raw-session.js'
import { useWire } from './use-wire.js'

/** What a client says: groups of messages, each up to a Sync or a query of its own. */
export type Talk = readonly (readonly Buffer[])[]

/** What came of a talk. */
export interface Heard {
  /** The answers to each group, all bytes. */
  readonly answers: readonly Buffer[]
  /** What stands in the table afterwards. */
  readonly numbers: readonly number[]
}

/** A talk over a wire, as it goes undamaged and with a damage. */
export interface Damaged {
  readonly job: Wire
  readonly table: string
  /** Says it undamaged, and keeps how it was answered. */
  record(talk: Talk): Promise<Heard & { readonly statements: readonly RecordedStatement[] }>
  /** Says it with a damage to the statement in which a word stands. */
  damage(word: string, damage: Damage, talk: Talk): Promise<Heard>
}

/** A table with the numbers 1, 2, 3, which are there again before each talk. */
export async function useDamaged(): Promise<Damaged> {
  const connection = await useSchema()
  const admin = await useClient(connection)
  const table = `${connection.schema}.numbers`
  await admin.query(`CREATE TABLE ${table} (n int)`)
  const job = await useWire({ connection })
  const types = new Map<string, readonly number[]>()
  let watch = new Watch(true, types)
  const say = async (talk: Talk): Promise<Heard> => {
    await admin.query(`TRUNCATE ${table}; INSERT INTO ${table} VALUES (1), (2), (3)`)
    await using session = await RawSession.open(job.connection)
    const answers: Buffer[] = []
    for (const group of talk) {
      const cycles = wire.split(Buffer.concat(group)).filter(({ type }) => type === 'S' || type === 'Q').length
      await session.send(Buffer.concat(group))
      answers.push(await session.ready(cycles))
    }
    const { rows } = await admin.query<{ n: number }>(`SELECT n FROM ${table} ORDER BY n`)
    return { answers, numbers: rows.map(({ n }) => n) }
  }
  return {
    job,
    table,
    record: async (talk) => {
      job.restart()
      watch = new Watch(true, types)
      job.setHook(async (place, code) => watch.around(place, code))
      const heard = await say(talk)
      return { ...heard, statements: watch.statements() }
    },
    damage: async (word, damage, talk) => {
      job.restart()
      const answers = watch.answers()
      let treated: Treated | undefined
      job.setHook(async (place, code) => {
        if (treated || !code.includes(word)) return undefined
        treated = treat(damage, { code, answer: answers.get(place.id), types: types.get(code) ?? [] })
        return treated?.treatment
      })
      const heard = await say(talk)
      expect(treated?.isDone()).toBe(true)
      return heard
    },
  }
}

export const letters = (bytes: Buffer): string =>
  wire
    .split(bytes)
    .map(({ type }) => type)
    .join('')

/** The tags of CommandComplete. */
export const tags = (bytes: Buffer): string[] =>
  wire
    .split(bytes)
    .filter(({ type }) => type === 'C')
    .map((message) => message.bytes.toString('latin1', 5, message.bytes.length - 1))

/** All that was heard, one message a line. */
export const readable = ({ answers }: Heard): string =>
  wire
    .split(Buffer.concat(answers))
    .map(({ bytes }) => JSON.stringify(bytes.toString('latin1')))
    .join('\n')
