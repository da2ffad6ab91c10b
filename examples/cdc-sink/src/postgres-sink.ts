import { Client } from 'pg'
import { LogicalReplicationService, type Pgoutput, PgoutputPlugin } from 'pg-logical-replication'
import { applyTransaction } from './apply-transaction.js'
import { copyInitially } from './copy-initially.js'
import { toLsn, toPosition } from './position.js'
import { Transaction } from './transaction.js'

/** What a sink is told. */
export interface SinkOptions {
  /** For the sessions that speak SQL. */
  readonly connectionString: string
  /** For the sessions that replicate. @default connectionString */
  readonly replication?: string
  /** Of the publication and of the slot. */
  readonly name: string
  /** Tell the server how far we are, so that it does not deliver that again. @default true */
  readonly confirm?: boolean
  /** Milliseconds after which a server that says nothing is taken to be gone. @default 10000 */
  readonly timeout?: number
}

/** Follows the tables by logical replication, and makes the copies equal to them: every transaction once, in order. */
export class PostgresSink implements AsyncDisposable {
  /** Transactions that were delivered although they had been applied. */
  repeated = 0
  readonly #client: Client
  readonly #service: LogicalReplicationService
  readonly #confirm: boolean
  readonly #waiting = new Set<() => void>()
  #transaction: Transaction | undefined
  #work = Promise.resolve()
  #position = 0n
  #error: Error | undefined
  #stopped = false

  private constructor(
    client: Client,
    { connectionString, replication = connectionString, confirm = true }: SinkOptions,
  ) {
    this.#client = client
    this.#confirm = confirm
    // Both of its automatic ways confirm what has arrived, not what has been applied.
    const acknowledge = { auto: false, timeoutSeconds: 0 }
    this.#service = new LogicalReplicationService({ connectionString: replication }, { acknowledge })
    // A session that is lost while it has nothing to do.
    client.on('error', (error) => this.#fail(error))
    this.#service.on('error', (error) => this.#fail(error))
    this.#service.on('data', (_, message: Pgoutput.Message) => this.#receive(message))
    this.#service.on('heartbeat', (lsn) => this.#enqueue(() => this.#advance(toPosition(lsn))))
  }

  /** Begins where the sink of this name has stopped, or with a copy of the tables. */
  static async start(options: SinkOptions): Promise<PostgresSink> {
    const { connectionString, replication = connectionString, name, timeout = 10_000 } = options
    const client = new Client({ connectionString, connectionTimeoutMillis: timeout, query_timeout: timeout })
    // Who asks it next is told as well.
    client.on('error', () => {})
    await client.connect()
    try {
      const { rowCount } = await client.query('SELECT FROM sink_progress')
      if (rowCount === 0) await copyInitially(client, replication, name)
      const sink = new PostgresSink(client, options)
      await sink.#subscribe(name)
      return sink
    } catch (error) {
      await client.end()
      throw error
    }
  }

  /** Resolves when everything that was committed up to a position of the write-ahead log is in the copies. */
  async reached(lsn: string): Promise<void> {
    const wanted = toPosition(lsn)
    while (this.#position < wanted && !this.#error && !this.#stopped) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
    if (this.#error) throw this.#error
    if (this.#position < wanted) throw new Error(`Expected the sink to reach ${lsn}, but it was stopped before.`)
  }

  /** Finishes the transaction that is being applied. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#service.destroy()
    await this.#work
    await this.#client.end()
    this.#wake()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#stopped) await this.stop()
  }

  async #subscribe(name: string): Promise<void> {
    const plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: [name] })
    const ended = this.#service.subscribe(plugin, name).then(() => {
      if (!this.#stopped) throw new Error('Expected the server to go on sending changes, but it has stopped.')
    })
    ended.catch((error: Error) => this.#fail(error))
    await Promise.race([new Promise<void>((resolve) => this.#service.once('start', resolve)), ended])
  }

  #receive(message: Pgoutput.Message): void {
    if (message.tag === 'begin') this.#transaction = new Transaction(message.commitLsn!)
    if (message.tag === 'insert' || message.tag === 'update' || message.tag === 'delete')
      this.#transaction!.add(message)
    if (message.tag !== 'commit') return
    const transaction = this.#transaction!
    this.#enqueue(async () => {
      // PostgreSQL 14 reports transactions that changed other tables only, such as our own, as empty ones.
      const isEmpty = transaction.changes === 0
      if (!isEmpty && !(await applyTransaction(this.#client, transaction))) this.repeated += 1
      await this.#advance(toPosition(message.commitEndLsn!))
    })
  }

  /** One after the other, and none after one that failed. */
  #enqueue(task: () => Promise<void>): void {
    this.#work = this.#work
      .then(() => (this.#error || this.#stopped ? undefined : task()))
      .catch((error: Error) => this.#fail(error))
  }

  async #advance(position: bigint): Promise<void> {
    if (position > this.#position) this.#position = position
    this.#wake()
    // The library confirms one byte more than it is told. A commit may begin right here; it would never be delivered.
    if (this.#confirm) await this.#service.acknowledge(toLsn(this.#position - 1n))
  }

  #fail(error: Error): void {
    this.#error ??= error
    this.#wake()
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
