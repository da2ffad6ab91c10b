import { setTimeout as delay } from 'node:timers/promises'
import type { Batch } from '../plan/batch.js'
import type { LockWaits } from '../database/client.js'
import type { BatchWriter } from './batch-writer.js'
import type { Monitor } from './monitor.js'
import { isLockTimeout, isTransient } from '../database/transient.js'

export interface ParallelOptions {
  /** Opens a further session, for a transaction beside those of the main one. */
  readonly open: () => Promise<BatchWriter>
  readonly monitor: Monitor
  /** Whether the monitor sees every wait; else a short lock time-out has to tell. */
  readonly seesWaits: boolean
  /** Told once, of a table whose batches cannot overlap. */
  readonly onTurns: (table: number) => void
}

interface Transaction {
  readonly batch: Batch
  readonly writer: BatchWriter
}

/** A transaction that begins, or has begun, before its turn. */
interface Early extends Transaction {
  isOpen: boolean
}

/** Milliseconds after which one looks what is waited for, and looks again. */
const LOOK_EVERY = 50

/** Milliseconds to wait for a lock where nobody can tell who holds it. */
const SHORT_LOCK_TIMEOUT = 1_000

/**
 * Lets transactions overlap. A batch that begins before the one ahead of it is committed gets a session of its own;
 * COMMITs are still sent one at a time, each after the outcome of the one before is known.
 *
 * A transaction can hold what another one needs, by a lock that the plan does not know of: of a trigger that keeps
 * totals, an index, a table. Of two that wait for each other, or the one for the other, the one whose COMMIT comes later
 * is taken back and done again at its turn, and so are all later batches of the table: the order of the COMMITs stays.
 */
export class ParallelWriters {
  readonly #main: BatchWriter
  readonly #options: ParallelOptions | undefined
  /** All sessions beside the main one, and those of them that have no transaction. */
  readonly #all: BatchWriter[] = []
  readonly #free: BatchWriter[] = []
  /** By the commit that they wait for. */
  readonly #early = new Map<number, Early>()
  /** Batches that were begun in vain. */
  readonly #failed = new Set<number>()
  /** Tables whose batches begin at their turn. */
  readonly #inTurn = new Set<number>()
  #head: Transaction | undefined
  #open = 1
  #overlapped = false

  /** @param options none where transactions take turns */
  constructor(main: BatchWriter, options: ParallelOptions | undefined) {
    this.#main = main
    this.#options = options
  }

  /** How many transactions were open when the last batch was committed, that of the batch among them. */
  get open(): number {
    return this.#open
  }

  /** Whether a transaction was ever open beside one that was committed. */
  get overlapped(): boolean {
    return this.#overlapped
  }

  /** Whether nothing is known that keeps transactions from overlapping. */
  get canOverlap(): boolean {
    return this.#options !== undefined && this.#inTurn.size === 0
  }

  /** The server processes of the sessions beside the main one. */
  get backends(): readonly number[] {
    return this.#all.map(({ backend }) => backend.pid)
  }

  /** Writes the next batch and commits it; those after it that can begin now have begun before. */
  async write(batch: Batch, upcoming: readonly Batch[]): Promise<boolean> {
    this.#failed.delete(batch.commit)
    const due = upcoming.filter((early) => (early.begins ?? early.commit) <= batch.commit && this.#canBegin(early))
    const early = this.#early.get(batch.commit)
    const writer = early?.writer ?? this.#main
    this.#head = { batch, writer }
    const committed = await this.#watched(async () => {
      await Promise.all(due.map((each) => this.#begin(each)))
      if (batch.rolledBack) await this.#main.rollBack(batch.rolledBack)
      const lockTimeout = this.#early.size > 0 ? this.#lockTimeout : undefined
      return writer.write(batch, { lockTimeout, upcoming: () => this.#nextInTurn(upcoming, writer) })
    })
    if (early) this.#release(early)
    this.#open = this.#early.size + 1
    this.#overlapped ||= this.#open > 1
    return committed
  }

  /** Leaves no transaction open: those that have begun ahead of their turn begin again. */
  async takeBack(): Promise<void> {
    await Promise.all([...this.#early.keys()].map((commit) => this.#giveUp(commit)))
  }

  /**
   * Takes back what is open beside a commit that has failed and is tried again. Something stands in its way: it may be a
   * session of somebody else that waits for the locks of these, and that the commit has to wait for.
   */
  async makeWay(commit: number, error: Error): Promise<void> {
    const others = [...this.#early.values()].flatMap(({ batch }) => (batch.commit === commit ? [] : [batch]))
    if (isLockTimeout(error) && !this.#options?.seesWaits) {
      for (const batch of others) this.#takeTurns(batch, this.#head?.writer.at)
    }
    await Promise.all(others.map((other) => this.#giveUp(other.commit)))
    for (const { isLost, backend } of this.#all) if (isLost) await this.#options?.monitor.terminate(backend)
  }

  stopRetrying(): void {
    for (const writer of this.#all) writer.stopRetrying()
  }

  destroy(): void {
    for (const writer of this.#all) writer.destroy()
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#all.map((writer) => writer.close()), this.#options?.monitor.close()])
  }

  get #lockTimeout(): number | undefined {
    return this.#options?.seesWaits ? undefined : SHORT_LOCK_TIMEOUT
  }

  /** The next batch, where the same session will write it. */
  #nextInTurn([next]: readonly Batch[], writer: BatchWriter): Batch | undefined {
    if (!next || writer !== this.#main || this.#early.has(next.commit)) return undefined
    const isEarly = (next.begins ?? next.commit) < next.commit
    return isEarly && this.#canBegin(next) ? undefined : next
  }

  #canBegin({ commit, runs }: Batch): boolean {
    if (!this.#options || this.#early.has(commit) || this.#failed.has(commit)) return false
    return !runs.some(({ table }) => this.#inTurn.has(table))
  }

  /** Does not throw: what fails here is done again when its turn comes, and told then. */
  async #begin(batch: Batch): Promise<void> {
    const writer = this.#free.pop() ?? (await this.#tryOpen())
    if (!writer) return
    const early: Early = { batch, writer, isOpen: false }
    this.#early.set(batch.commit, early)
    early.isOpen = await writer.begin(batch, batch.early ?? batch.runs.length, this.#lockTimeout)
    if (early.isOpen) return
    this.#failed.add(batch.commit)
    this.#release(early)
  }

  /** Where no session can be had now, the batch is written when its turn comes. */
  async #tryOpen(): Promise<BatchWriter | undefined> {
    try {
      const writer = await this.#options?.open()
      if (writer) this.#all.push(writer)
      return writer
    } catch (error) {
      if (isTransient(error)) return undefined
      throw error
    }
  }

  /**
   * Takes back what began before its turn, or keeps it from beginning.
   *
   * @param begun whether what has begun is taken back
   */
  async #giveUp(commit: number, { begun = true } = {}): Promise<void> {
    const early = this.#early.get(commit)
    if (!early) return
    if (!early.isOpen) return this.#options?.monitor.cancel(early.writer.backend)
    if (!begun) return
    await early.writer.takeBack()
    this.#release(early)
  }

  #release({ batch, writer }: Early): void {
    if (this.#early.delete(batch.commit)) this.#free.push(writer)
  }

  /** Does a work, and takes out of its way what our own transactions wait for meanwhile. */
  async #watched<T>(work: () => Promise<T>): Promise<T> {
    const over = new AbortController()
    let acting: Promise<void> = Promise.resolve()
    const look = async (): Promise<void> => {
      while (!over.signal.aborted) {
        await delay(LOOK_EVERY, undefined, { signal: over.signal })
        const pids = this.#transactions().map(({ writer }) => writer.backend.pid)
        const waits = pids.length < 2 ? undefined : await this.#options?.monitor.waits(pids)
        // A look that comes too late is not waited for; what it has begun to do is.
        if (waits && !over.signal.aborted) await (acting = this.#settle(waits))
      }
    }
    look().catch(() => {})
    try {
      return await work()
    } finally {
      over.abort()
      await acting
    }
  }

  /** Those that are open or begin, in the order of their COMMITs. */
  #transactions(): Transaction[] {
    if (!this.#head) return []
    const { batch, writer } = this.#head
    const others = [...this.#early.values()].filter((early) => early.writer !== writer)
    return [this.#head, ...(writer === this.#main ? [] : [{ batch, writer: this.#main }]), ...others]
  }

  /** @param waits who waits for whom */
  async #settle(waits: LockWaits): Promise<void> {
    const transactions = this.#transactions()
    const lost = [this.#main, ...this.#all].filter(({ isLost }) => isLost)
    for (const waiter of transactions) {
      const holders = waits.get(waiter.writer.backend.pid) ?? []
      const isHolder = (writer: BatchWriter): boolean => holders.includes(writer.backend.pid)
      for (const { backend } of lost.filter(isHolder)) await this.#options?.monitor.terminate(backend)
      const ours = transactions.filter((other) => other !== waiter && isHolder(other.writer))
      for (const holder of ours) {
        const later = holder.batch.commit > waiter.batch.commit ? holder : waiter
        this.#takeTurns(later.batch, waiter.writer.at)
        await this.#giveUp(later.batch.commit)
      }
      // Whoever else it may be: the commits before it do not wait until it has begun.
      if (holders.length > 0 && ours.length === 0) await this.#giveUp(waiter.batch.commit, { begun: false })
    }
  }

  /** From now on the batches of a table begin at their turn; of a table that does so already, those of the whole batch. */
  #takeTurns({ runs }: Batch, at: number | undefined): void {
    const tables = at !== undefined && !this.#inTurn.has(at) ? [at] : runs.map(({ table }) => table)
    const [first] = tables
    if (this.#inTurn.size === 0 && first !== undefined) this.#options?.onTurns(first)
    for (const table of tables) this.#inTurn.add(table)
  }
}
