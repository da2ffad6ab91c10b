import { Readable } from 'node:stream'
import { WriteError } from '../../errors.js'
import type { Run } from '../../plan/batch.js'
import type { TableRows } from '../../plan/table-rows.js'
import type { Cell, Column } from '../../tables/column.js'
import { CopyText } from '../../tables/copy-text.js'
import { scaledToText } from '../../tables/scaled-number.js'
import { typeOf } from '../../tables/types/cell-types.js'
import { keyText } from '../../tables/keys/table-key.js'
import type { DatabaseClient, RunTarget, RunWriter, Sending } from '../client.js'
import { shortfallError } from '../shortfall.js'
import { isLostConnection } from '../transient.js'
import { readBack } from './read-rows.js'
import { MysqlSession } from './session.js'
import { keyParameter } from './key-sql.js'
import { quoteText } from './quote.js'
import { answer, stateOf } from './server-error.js'
import { type TableStatements, tableStatements } from './statements.js'

const CHUNK_BYTES = 0x10000
const ROW_BYTES = 0x1000
/** So many rows of an INSERT stay far below what a server takes in one statement (`max_allowed_packet`, 16 MiB by default). */
const INSERTED_ROWS = 500

/** Sends INSERTs by LOAD DATA where the server takes it, and UPDATEs and DELETEs by one statement with all keys. */
export class MysqlRunWriter implements RunWriter {
  readonly #database: string
  readonly #tables: readonly TableRows[]
  readonly #statements: readonly TableStatements[]
  readonly #texts: readonly CopyText[]
  readonly #prepared = new WeakMap<Run, Buffer[] | string>()
  #at: number | undefined

  constructor({ rows, schema }: RunTarget) {
    this.#database = schema
    this.#tables = rows
    this.#statements = rows.map(({ definition }) => tableStatements(definition, schema))
    this.#texts = rows.map(({ definition }) => new CopyText(definition.columns, CHUNK_BYTES + ROW_BYTES, 'mysql'))
  }

  get at(): number | undefined {
    return this.#at
  }

  prepare(run: Run): void {
    this.#prepared.set(run, run.kind === 'insert' ? this.#copyText(run) : this.#parameter(run))
  }

  async send(client: DatabaseClient, runs: readonly Run[], sending: Sending = {}): Promise<void> {
    if (!(client instanceof MysqlSession)) throw new TypeError('Expected a session of MySQL, got another one.')
    const { isOpen = false, lockTimeout, meanwhile } = sending
    try {
      await client.use(this.#database)
      if (!isOpen) {
        await client.setLockTimeout(lockTimeout)
        await client.begin()
      }
      for (const run of runs) {
        this.#at = run.table
        const sent = run.kind === 'insert' ? this.#insert(client, run) : this.#change(client, run)
        meanwhile?.()
        await sent
      }
      this.#at = undefined
    } catch (error) {
      if (!isLostConnection(error)) await client.rollBack()
      throw error
    }
  }

  async #insert(client: MysqlSession, run: Run): Promise<void> {
    const { numbers, table } = run
    if (!client.loadsFiles) return this.#insertRows(client, run)
    const chunks = this.#prepared.get(run) ?? this.#copyText(run)
    const loaded = await client.load(this.#statements[table]!.load, () => Readable.from(chunks))
    if (!loaded) return this.#insertRows(client, run)
    const { affectedRows, warningStatus } = loaded
    // LOCAL makes warnings of errors, and leaves such rows out.
    const warning = warningStatus > 0 ? await firstWarning(client) : undefined
    if (warning) throw answer(warning.message, stateOf(warning.number))
    if (affectedRows === numbers.length) return
    throw new WriteError(
      `Expected LOAD DATA to add ${numbers.length} rows to \`${this.#nameOf(table)}\`, got ${affectedRows}. Another session writes to the table, or its key is not unique.`,
    )
  }

  async #insertRows(client: MysqlSession, { table, numbers, versions, times }: Run): Promise<void> {
    const rows = this.#tables[table]!
    const { insert, values } = this.#statements[table]!
    const { columns } = rows.definition
    for (let first = 0; first < numbers.length; first += INSERTED_ROWS) {
      const chunk = numbers.slice(first, first + INSERTED_ROWS).map((number, place) => {
        const cells = rows.load(number, versions[first + place]!, times?.[first + place])
        return values(cells.map((cell, index) => literal(columns[index]!, cell)))
      })
      await client.query(`${insert} ${chunk.join(', ')}`)
    }
  }

  async #change(client: MysqlSession, run: Run): Promise<void> {
    const { kind, table, numbers } = run
    const statements = this.#statements[table]!
    const parameter = this.#prepared.get(run) ?? this.#parameter(run)
    const { affectedRows } = await client.change(kind === 'update' ? statements.update : statements.delete, [parameter])
    if (affectedRows === numbers.length) return
    const rows = this.#tables[table]!
    const keys = numbers.map((number) => rows.keyOf(number))
    const found = await readBack(client.streamed, rows.definition, this.#database, keys)
    throw await shortfallError({
      kind,
      table: this.#nameOf(table),
      keys: keys.map(keyText),
      affected: affectedRows,
      found: [...found.keys()],
      // A trigger cannot keep rows away without an error.
      explain: () => Promise.resolve(undefined),
    })
  }

  #nameOf(table: number): string {
    return `${this.#database}.${this.#tables[table]!.definition.name}`
  }

  #copyText({ table, numbers, versions, times }: Run): Buffer[] {
    const text = this.#texts[table]!
    const rows = this.#tables[table]!
    const chunks: Buffer[] = []
    text.clear()
    for (const [place, number] of numbers.entries()) {
      text.writeRow(rows.load(number, versions[place]!, times?.[place]))
      if (text.length >= CHUNK_BYTES) chunks.push(text.take())
    }
    if (text.length > 0) chunks.push(text.take())
    return chunks
  }

  /** The keys, and what an UPDATE sets, as JSON. */
  #parameter({ kind, table, numbers, versions, times }: Run): string {
    const rows = this.#tables[table]!
    const { columns } = rows.definition
    const recomputed = columns.flatMap((column, index) => (column.recomputed ? [index] : []))
    return keyParameter(
      numbers.map((number, place) => {
        const key = rows.keyOf(number)
        if (kind === 'delete') return key
        const cells = rows.load(number, versions[place]!, times?.[place])
        return [...key, ...recomputed.map((index) => cellText(columns[index]!, cells[index]!))]
      }),
    )
  }
}

/** As in the text format of COPY. */
function cellText({ type }: Column, cell: Cell): string | null {
  if (cell === null) return null
  if (typeof cell === 'boolean') return cell ? 't' : 'f'
  return typeof cell === 'number' ? scaledToText(cell, typeOf(type).scale?.(type) ?? 0) : cell
}

function literal(column: Column, cell: Cell): string {
  const text = cellText(column, cell)
  return text === null ? 'NULL' : quoteText(text)
}

async function firstWarning(
  client: MysqlSession,
): Promise<{ readonly message: string; readonly number: number } | undefined> {
  const { rows } = await client.query<{ Level: string; Code: unknown; Message: string }>('SHOW WARNINGS')
  const found = rows.find(({ Level }) => Level !== 'Note')
  return found && { message: found.Message, number: Number(found.Code) }
}
