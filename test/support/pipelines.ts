import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresClient } from '../../src/database/postgres/client.js'
import type { Change } from '../../src/ledger/change.js'
import type { CdcStream } from '../../src/stream/cdc-stream.js'

/** The tables of the stream, and their copies. */
export const copies = { store_sales_heap: 'sales_copy', store_returns_heap: 'returns_copy' } as const
type TableName = keyof typeof copies
const names = Object.keys(copies) as TableName[]
const keys: Readonly<Record<TableName, string>> = { store_sales_heap: 'ss_id', store_returns_heap: 'sr_id' }

/** What a pipeline works with: a session whose search path has the tables and their copies. */
export interface PipelineContext {
  readonly stream: CdcStream
  readonly client: PostgresClient
  readonly signal: AbortSignal
}

/** Brings the copies up to date until it is told to end. */
export type Pipeline = (context: PipelineContext) => Promise<void>

const empty = (name: TableName): string => `DELETE FROM ${copies[name]}`
const fill = (name: TableName, where = 'true'): string =>
  `INSERT INTO ${copies[name]} SELECT * FROM ${name} WHERE ${where}`

/** Runs groups of statements again and again, each group in one transaction of one snapshot. */
function copier(...groups: readonly (readonly string[])[]): Pipeline {
  return async ({ client, signal }) => {
    while (!signal.aborted) {
      for (const group of groups) {
        await client.query(['BEGIN ISOLATION LEVEL REPEATABLE READ', ...group, 'COMMIT'].join(';'))
      }
    }
  }
}

export const copyTogether = copier(names.flatMap((name) => [empty(name), fill(name)]))

export const copyEachTable = copier(...names.map((name) => [empty(name), fill(name)]))

/** Half of the rows in one transaction, the others in the next. */
export const copyInHalves = copier(
  ...names.flatMap((name) => [
    [`${empty(name)} WHERE ${keys[name]} % 2 = 0`, fill(name, `${keys[name]} % 2 = 0`)],
    [`${empty(name)} WHERE ${keys[name]} % 2 = 1`, fill(name, `${keys[name]} % 2 = 1`)],
  ]),
)

/** In one row, a value that is none. */
export const copyWrongly = copier([
  ...names.flatMap((name) => [empty(name), fill(name)]),
  `UPDATE sales_copy SET ss_quantity = -1 WHERE ss_id = (SELECT min(ss_id) FROM sales_copy)`,
])

/** Applies changes as one transaction: the last change of each key counts. */
async function apply(client: PostgresClient, changes: readonly Change[]): Promise<void> {
  await client.query('BEGIN')
  for (const name of names) {
    const last = new Map(changes.filter(({ table }) => table === name).map((change) => [change.key, change]))
    if (last.size === 0) continue
    await client.query(`${empty(name)} WHERE ${keys[name]} = ANY ($1::int8[])`, [[...last.keys()]])
    await insert(client, name, [...last.values()])
  }
  await client.query('COMMIT')
}

async function insert(client: PostgresClient, name: TableName, changes: readonly Change[]): Promise<void> {
  const rows = changes.flatMap(({ after }) => (after ? [Object.values(after)] : []))
  if (rows.length === 0) return
  let place = 0
  const values = rows.map((row) => `(${row.map(() => `$${++place}`).join(',')})`)
  await client.query(`INSERT INTO ${copies[name]} VALUES ${values.join(',')}`, rows.flat())
}

/** Hands the changes of each commit over, in order, as soon as it is acknowledged. */
function follower(
  take: (changes: readonly Change[], commit: number, context: PipelineContext) => Promise<void>,
): Pipeline {
  return async (context) => {
    try {
      for await (const { commit } of context.stream.commits({ signal: context.signal })) {
        await take([...context.stream.ledger.changes(commit)], commit, context)
      }
    } catch (error) {
      if (!context.signal.aborted) throw error
    }
  }
}

/** Each commit so many milliseconds late; tells what each really took. */
export function applyLate(milliseconds: number, took: (delay: number) => void): Pipeline {
  return async (context) => {
    const queue: Promise<void>[] = []
    let before = Promise.resolve()
    const times = context.stream.commits({ signal: context.signal })
    try {
      for await (const { commit } of times) {
        const acknowledged = Date.now()
        const changes = [...context.stream.ledger.changes(commit)]
        const due = delay(Math.max(0, acknowledged + milliseconds - Date.now()))
        before = Promise.all([before, due]).then(async () => {
          await apply(context.client, changes)
          took(Date.now() - acknowledged)
        })
        queue.push(before)
      }
    } catch (error) {
      if (!context.signal.aborted) throw error
    }
    await Promise.all(queue)
  }
}

/** Without each 1,000th change. */
export function dropSome(): Pipeline {
  let number = 0
  return follower((changes, _, { client }) =>
    apply(
      client,
      changes.filter(() => ++number % 1000 !== 0),
    ),
  )
}

/** After each second commit, the one before and it once more: an upsert does not mind in the end. */
export const repeatCommits: Pipeline = follower(async (changes, commit, { client, stream }) => {
  await apply(client, changes)
  if (commit % 2 !== 0) return
  for (const again of [commit - 1, commit]) await apply(client, [...stream.ledger.changes(again)])
})

/** Each tenth commit is added a second time, without a look at its keys. */
export const appendTwice: Pipeline = follower(async (changes, commit, { client }) => {
  await apply(client, changes)
  if (commit % 10 !== 0) return
  for (const name of names)
    await insert(
      client,
      name,
      changes.filter(({ table, kind }) => table === name && kind === 'insert'),
    )
})

/** Each second commit before the one that it follows. */
export function swapCommits(): Pipeline {
  let held: readonly Change[] | undefined
  return follower(async (changes, _, { client }) => {
    if (!held) held = changes
    else {
      await apply(client, changes)
      await apply(client, held)
      held = undefined
    }
  })
}
