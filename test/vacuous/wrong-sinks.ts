import type { ClientBase } from 'pg'

type Rows = ReadonlyMap<string, unknown>

/** What a sink is told of a transaction. */
interface Transaction {
  readonly lsn: string
  readonly changes: number
  tables(): Iterable<{ readonly table: string; readonly key: string; readonly rows: Rows }>
}

/** Applies a transaction of the source to the copies, and says whether it was new. */
type Apply = (client: ClientBase, transaction: Transaction) => Promise<boolean>

export function doNothing(_right: Apply): Apply {
  return async () => true
}

/** Leaves it at the copy that the sink begins with. */
export function copyOnce(_right: Apply): Apply {
  return async () => true
}

/** Applies a transaction when the next one comes. */
export function runBehind(right: Apply): Apply {
  const held = new WeakMap<ClientBase, Transaction>()
  return async (client, transaction) => {
    const earlier = held.get(client)
    held.set(client, transaction)
    return earlier ? right(client, earlier) : true
  }
}

export function forgetDeletes(right: Apply): Apply {
  return (client, transaction) => {
    const { lsn, changes } = transaction
    const tables = [...transaction.tables()].map(({ table, key, rows }) => {
      return { table, key, rows: new Map([...rows].filter(([, row]) => row !== null)) }
    })
    return right(client, { lsn, changes, tables: () => tables })
  }
}

/** A sink that does nothing does not begin with a copy, either. */
export function withoutCopy<Options extends unknown[]>(
  right: (client: ClientBase, ...options: Options) => Promise<void>,
  copies: Readonly<Record<string, string>>,
): typeof right {
  return async (client, ...options) => {
    await right(client, ...options)
    for (const copy of Object.values(copies)) await client.query(`DELETE FROM ${copy}`)
  }
}
