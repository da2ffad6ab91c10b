import type { DatabaseClient } from '../database/client.js'
import { validateConnection } from '../database/connection/check-connection.js'
import { oneLine } from '../database/one-line.js'
import { isTransient } from '../database/transient.js'
import { CdcError, OptionsError, StateError } from '../errors.js'
import type { StateSource } from '../match/narrowed-table.js'
import { expectKnown } from '../tables/expect-known.js'
import { Answer } from './answer.js'
import { expectOneAnswer } from './one-answer.js'
import type { QueryHost, QueryHosts, QuerySession } from './query-host.js'
import { prepareQuery } from './prepare-query.js'
import type { QueryOptions, QueryState } from './query-state.js'

/** The compiler asks for all of them. */
const OPTION_NAMES = Object.keys({ params: true, key: true, on: true } satisfies Record<keyof QueryOptions, true>)

const LONGEST_NAME = 60

/** Answers for commits, while the session is held. */
export interface Answers {
  /** The last commit that a reader may see. */
  readonly until: number
  /** What is asked for twice in a row, or was changed by no commit in between, is asked once. */
  after(commit: number): Promise<Answer>
}

let inside: (query: LiveQuery) => Insides

/** What of a query is not for users. */
interface Insides {
  readonly source: StateSource
  readonly keys: readonly string[]
  /** The same text for queries that are the same. */
  readonly text: string
  /** As messages name it. */
  readonly name: string
  ask<T>(work: (answers: Answers) => Promise<T>): Promise<T>
}

/** The one kind of `QueryState`. */
export class LiveQuery implements QueryState {
  readonly sql: string
  readonly #params: readonly unknown[]
  readonly #keys: readonly string[]
  readonly #source: StateSource
  readonly #host: QueryHost
  /** The relations that it reads, by the session that was asked. */
  readonly #prepared = new WeakMap<DatabaseClient, ReadonlySet<string>>()

  static {
    inside = (query: LiveQuery): Insides => ({
      source: query.#source,
      keys: query.#keys,
      text: JSON.stringify([query.sql, query.#params], (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
      name: `query \`${oneLine(query.sql, LONGEST_NAME)}\``,
      ask: (work) => query.#ask((session, names) => work(query.#answers(session, names))),
    })
  }

  /** @throws OptionsError for what is no query */
  constructor(sql: string, options: QueryOptions, source: StateSource, hosts: QueryHosts) {
    if (typeof sql !== 'string' || sql.trim() === '') {
      throw new OptionsError(`Expected SQL for \`query()\`, got ${typeof sql === 'string' ? 'none' : typeof sql}.`)
    }
    expectKnown(options, OPTION_NAMES, '`query()`')
    const { params = [], key = [], on } = options
    const keys: readonly unknown[] = [key].flat()
    if (!Array.isArray(params) || !keys.every((name) => typeof name === 'string')) {
      throw new OptionsError('Expected `params` to be a list of values, and `key` the names of columns, got other.')
    }
    this.sql = sql.replace(/[;\s]+$/, '')
    this.#params = [...params]
    this.#keys = [key].flat()
    this.#source = source
    this.#host = hosts.of(on === undefined || on === 'embedded' ? on : validateConnection(on, (field) => `on.${field}`))
    Object.freeze(this)
  }

  at(commit?: number): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.#ask(async ({ client, shadows }, names) => {
      const { ledger } = this.#source
      const wanted = commit ?? ledger.commit
      const until = visibleCommit(this.#source)
      if (!Number.isInteger(wanted) || wanted < 0 || wanted > until) {
        throw new StateError(`Expected a commit from 0 to ${until}, the last one so far, got \`${wanted}\`.`)
      }
      await shadows.moveTo(wanted, names)
      const statement = { text: this.sql, values: this.#params }
      return reading(client, async () => (await client.query(statement)).rows)
    })
  }

  async #ask<T>(work: (session: QuerySession, names: ReadonlySet<string>) => Promise<T>): Promise<T> {
    // Before the session is waited for: a stream that has not begun has none.
    visibleCommit(this.#source)
    return this.#host.run(async (session) => {
      try {
        return await work(session, await this.#prepare(session))
      } catch (error) {
        if (lacksParameters(error)) throw refuse(error, session)
        if (error instanceof CdcError || isTransient(error)) throw error
        throw refuse(error, session, { cause: error })
      }
    })
  }

  async #prepare(session: QuerySession): Promise<ReadonlySet<string>> {
    const { client, shadows } = session
    const known = this.#prepared.get(client)
    if (known) return known
    const statement = { text: this.sql, values: this.#params }
    const plan = await prepareQuery(session, statement)
    const until = visibleCommit(this.#source)
    await shadows.moveTo(until, plan.names)
    const first = await this.#answer(client)
    await shadows.reverse(until, plan.names)
    expectOneAnswer(first, await this.#answer(client), plan.output)
    this.#prepared.set(client, plan.names)
    return plan.names
  }

  #answers({ client, shadows }: QuerySession, names: ReadonlySet<string>): Answers {
    let last: { readonly commit: number; readonly answer: Answer } | undefined
    const isSame = (commit: number): boolean => {
      if (!last) return false
      for (let one = Math.min(commit, last.commit) + 1; one <= Math.max(commit, last.commit); one++) {
        if (shadows.isChangedBy(one, names)) return false
      }
      return true
    }
    return {
      until: visibleCommit(this.#source),
      after: async (commit) => {
        if (last && isSame(commit)) return last.answer
        await shadows.moveTo(commit, names)
        const answer = await this.#answer(client)
        last = { commit, answer }
        return answer
      },
    }
  }

  async #answer(client: DatabaseClient): Promise<Answer> {
    return reading(client, async () => new Answer(await client.ask({ text: this.sql, values: this.#params })))
  }
}

/** @throws OptionsError for a query of something else than a stream */
export function insideOf(query: QueryState): Insides {
  if (query instanceof LiveQuery) return inside(query)
  throw new OptionsError('Expected a query of a stream, got another object. Use `cdcStream.query(sql)`.')
}

export function isQueryState(value: unknown): value is QueryState {
  return value instanceof LiveQuery
}

function visibleCommit({ ledger }: StateSource): number {
  return ledger.visible(ledger.tables[0]!).until
}

/** In a transaction that leaves nothing behind: what a function would change is refused by the server. */
async function reading<T>(client: DatabaseClient, use: () => Promise<T>): Promise<T> {
  await client.query('BEGIN READ ONLY')
  try {
    return await use()
  } finally {
    await client.rollBack()
  }
}

function refuse(error: unknown, session: QuerySession, options?: ErrorOptions): OptionsError {
  const got = (error as Error).message
  return new OptionsError(
    `Expected \`query()\` to be given SQL that the database answers, got: ${got}. ${adviceFor(error, session)}`,
    options,
  )
}

/** The server takes it for a breach of the protocol, as if the session were of no use any more. */
function lacksParameters(error: unknown): boolean {
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown }
  return code === '08P01' && severity === 'ERROR'
}

function adviceFor(error: unknown, { elsewhere }: QuerySession): string {
  const { code } = error as { readonly code?: unknown }
  if (code === '42703')
    return 'Of a table of the stream, the ledger knows the columns of its definition; no others, such as those that the database fills in.'
  if (code === '25006') return 'A query over the ledger only reads.'
  if (code === '42P02' || code === '08P01') return 'Values for `$1`, `$2` … are given as `params`.'
  if (elsewhere !== undefined)
    return `It is not answered by the stream's database, as ${elsewhere}: what it reads besides the stream's tables has to be where \`on\` says, or run: GRANT TEMPORARY ON DATABASE … TO …`
  return 'Try it on the live tables.'
}
