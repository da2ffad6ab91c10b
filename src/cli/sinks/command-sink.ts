import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { oneLine } from '../../database/one-line.js'
import { OptionsError, TargetError } from '../../errors.js'
import { parseRows } from './parse-rows.js'
import type { Sink, SinkTable } from './sink.js'

/** A command that prints the rows of one table each time. Nobody knows whether two tables are of one moment. */
export class CommandSink implements Sink {
  readonly name: string
  readonly snapshots = false
  readonly #tables: readonly SinkTable[]
  readonly #cwd: string
  readonly #environment: NodeJS.ProcessEnv

  constructor(command: string, tables: readonly SinkTable[], cwd: string, environment: NodeJS.ProcessEnv) {
    this.name = command
    this.#tables = tables
    this.#cwd = cwd
    this.#environment = environment
  }

  async read(signal: AbortSignal): Promise<Record<string, unknown>> {
    const rows: Record<string, unknown> = {}
    for (const { definition, query } of this.#tables) {
      const { rows: printed, columns } = parseRows(await this.#run(query.name ?? query.table, signal))
      const missing = columns && definition.columns.find(({ name }) => !columns.includes(name))
      if (missing) {
        throw new OptionsError(
          `Expected --sink-command to print rows with the columns of ${definition.name}, got none called \`${missing.name}\` (${oneLine(columns.join(', '), 100)}).`,
        )
      }
      rows[query.table] = printed
    }
    return rows
  }

  async #run(table: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted()
    // A group of its own: what the shell has started ends with it.
    const child = spawn(this.name, {
      shell: true,
      detached: true,
      cwd: this.#cwd,
      env: { ...this.#environment, CDC_TABLE: table },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const onAbort = (): void => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has just ended.
      }
    }
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      const [[code, killed], out, err] = await Promise.all([
        once(child, 'close'),
        text(child.stdout),
        text(child.stderr),
      ])
      signal.throwIfAborted()
      if (code === 0) return out
      const how = code === null ? `the signal ${String(killed)}` : `exit code ${String(code)}`
      const said = oneLine(err, 200)
      throw new TargetError(
        `Expected --sink-command to print the rows of ${table}, got ${how}${said === '' ? '' : `: ${said}`}.`,
      )
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Each read ends its own process.
  }
}
