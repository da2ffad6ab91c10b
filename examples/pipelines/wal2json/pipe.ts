import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import { program } from '../../../test/support/debian-postgres.js'
import { applyTransaction, type Line } from './apply-transaction.js'

/** What `pg_recvlogical` prints of a slot of wal2json is applied to the tables of the same names, until it is disposed of. */
export class Wal2jsonPipe implements AsyncDisposable {
  readonly #source: string
  readonly #slot: string
  readonly #sink: Pool
  readonly #ending = new AbortController()
  readonly #done: Promise<void>
  #child: ChildProcess | undefined

  /** @param slot is there already, and tells what has been committed since it was made */
  constructor(source: string, slot: string, sink: Pool) {
    this.#source = source
    this.#slot = slot
    this.#sink = sink
    this.#done = this.#follow()
    // Who disposes of it is told.
    this.#done.catch(() => {})
  }

  /** Kills `pg_recvlogical` with -9; it is begun again. */
  async kill(): Promise<void> {
    while (!this.#child?.kill('SIGKILL')) await delay(10)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    this.#child?.kill('SIGKILL')
    await this.#done
  }

  async #follow(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await this.#applyLines()
      // The server may take the slot to be in use for a moment.
      await delay(50)
    }
  }

  async #applyLines(): Promise<void> {
    const options = ['format-version=2', 'include-lsn=true', 'include-types=false'].map((each) => `--option=${each}`)
    const where = [`--dbname=${this.#source}`, `--slot=${this.#slot}`]
    const child = spawn(program('pg_recvlogical'), [...where, '--start', '--no-loop', '--file=-', ...options], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    this.#child = child
    const closed = once(child, 'close')
    // A transaction that is cut off is told again.
    let changes: Line[] = []
    for await (const text of createInterface({ input: child.stdout })) {
      const line = parseLine(text)
      if (!line || line.action === 'B') changes = []
      else if (line.action === 'C') await applyTransaction(this.#sink, line.lsn, changes)
      else changes.push(line)
    }
    await closed
  }
}

/** The last line of what was killed may be half of one. */
function parseLine(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}
