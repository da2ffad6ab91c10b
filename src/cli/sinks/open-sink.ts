import { OptionsError, TargetError } from '../../errors.js'
import type { Completed } from '../../options/option-table.js'
import { unlessAborted } from '../../stream/unless-aborted.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { CommandSink } from './command-sink.js'
import { duckdbSink } from './duckdb-sink.js'
import { mysqlSink } from './mysql-sink.js'
import { postgresSink } from './postgres-sink.js'
import type { Sink, SinkTable, SqlDialect } from './sink.js'
import { type OpenedSink, openSqlSink } from './sql-sink.js'
import { resolve } from 'node:path'

/** What the command line says of the sink. */
export type AuditSettings = Completed<'audit'>

interface Surrounding {
  readonly cwd: string
  readonly environment: NodeJS.ProcessEnv
}

/**
 * Opens the sink and reads it once: what is wrong with it is found before anything is written.
 *
 * @throws OptionsError for a sink that is not told, or not well; TargetError for one that cannot be read
 */
export async function openSink(
  settings: AuditSettings,
  tables: readonly TableDefinition[],
  { cwd, environment }: Surrounding,
): Promise<OpenedSink> {
  const asked = sinkTables(settings, tables)
  const { sink, sinkCommand, within } = settings
  if ((sink === undefined) === (sinkCommand === undefined)) {
    const got = sink === undefined ? 'neither' : 'both'
    throw new OptionsError(`Expected one of --sink (CDC_SINK) and --sink-command (CDC_SINK_COMMAND), got ${got}.`)
  }
  if (sinkCommand !== undefined && settings.sql !== undefined) {
    throw new OptionsError(
      'Expected --sql with --sink, got --sink-command, which prints the rows itself. Leave it out.',
    )
  }
  let sinkToClose: Sink | undefined
  const bound = AbortSignal.timeout(Math.max(within, FIRST_READ))
  try {
    const opened =
      sinkCommand === undefined
        ? await unlessAborted(openSqlSink(dialectOf(sink!, cwd), asked, bound), bound)
        : { sink: new CommandSink(sinkCommand, asked, cwd, environment), columns: {} }
    sinkToClose = opened.sink
    await unlessAborted(opened.sink.read(bound), bound)
    return opened
  } catch (error) {
    await sinkToClose?.[Symbol.asyncDispose]()
    if (!bound.aborted) throw error
    throw new TargetError(`Expected the sink to be read within ${Math.max(within, FIRST_READ)} ms, got no answer.`)
  }
}

/** Milliseconds. */
const FIRST_READ = 10_000

function sinkTables({ table, sql }: AuditSettings, tables: readonly TableDefinition[]): SinkTable[] {
  if (table && sql) throw new OptionsError('Expected one of --table and --sql, got both. Leave one of them out.')
  const queries = sql ?? table ?? tables.map(({ name }) => ({ table: name }))
  return queries.map((query) => {
    const definition = tables.find(({ name }) => name === query.table)
    if (definition) return { definition, query }
    const names = tables.map(({ name }) => name).join(', ')
    throw new OptionsError(
      `Expected ${sql ? '--sql' : '--table'} to name tables of the stream (${names}), got \`${query.table}\`.`,
    )
  })
}

const FILE = /^(?:duckdb:(?:\/\/(?=\/))?)?([^:]+)$/

/** The address may hold a password: it is not repeated. */
function dialectOf(address: string, cwd: string): SqlDialect {
  const url = URL.canParse(address) ? new URL(address) : undefined
  switch (url?.protocol) {
    case 'postgres:':
    case 'postgresql:':
      return postgresSink(url)
    case 'mysql:':
    case 'mariadb:':
      return mysqlSink(url)
    default: {
      const [, path] = FILE.exec(address) ?? []
      const isFile = address.startsWith('duckdb:') || /\.(?:duckdb|ddb|db)$/.test(address)
      if (path !== undefined && isFile) return duckdbSink(resolve(cwd, path))
      const got = url ? `one that begins with ${url.protocol}` : 'another text'
      throw new OptionsError(
        `Expected --sink to be postgres://user:password@host/database, mysql://… or duckdb:FILE, got ${got}. Set --sink or CDC_SINK.`,
      )
    }
  }
}
