import { setTimeout as delay } from 'node:timers/promises'
import type { SinkDatabase } from '../support/sink-database.js'

// #region subscription
/** PostgreSQL's own replication, from a publication to the tables of the same names. */
export class Subscription implements AsyncDisposable {
  readonly #sink: SinkDatabase

  private constructor(sink: SinkDatabase) {
    this.#sink = sink
  }

  static async make(sink: SinkDatabase, source: string): Promise<Subscription> {
    await sink.pool.query(`CREATE SUBSCRIPTION ${sink.name} CONNECTION '${source}' PUBLICATION ${sink.name}`)
    return new Subscription(sink)
  }

  /** Resolves when the first copies are through. */
  async copied(signal: AbortSignal): Promise<void> {
    const sql = `SELECT FROM pg_subscription_rel WHERE srsubstate <> 'r'`
    while ((await this.#sink.pool.query(sql)).rowCount !== 0) await delay(20, undefined, { signal })
  }

  /** Kills the process that applies, with -9: the server ends all of its sessions, and recovers from its log. Resolves when it has. */
  async kill(signal: AbortSignal): Promise<void> {
    const sql = 'SELECT pid FROM pg_stat_subscription WHERE subname = $1 AND pid IS NOT NULL AND relid IS NULL'
    let pid: number | undefined
    while (pid === undefined) {
      const { rows } = await this.#sink.pool.query<{ pid: number }>(sql, [this.#sink.name])
      pid = rows[0]?.pid
      if (pid === undefined) await delay(20, undefined, { signal })
    }
    process.kill(pid, 'SIGKILL')
    while (!(await this.#runsWithout(pid))) await delay(20, undefined, { signal })
  }

  /** Whether the server answers, and the process is none of its own any more. */
  async #runsWithout(pid: number): Promise<boolean> {
    try {
      const { rowCount } = await this.#sink.pool.query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid])
      return rowCount === 0
    } catch {
      return false
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sink.pool.query(`DROP SUBSCRIPTION ${this.#sink.name}`)
  }
}
// #endregion subscription
