import type { AuditGrade } from '../../audit/audit-grade.js'
import { redactError, redactor, type Redact } from '../../database/connection/redact.js'
import type { Environment } from '../../database/connection/environment.js'
import { OptionsError } from '../../errors.js'
import { loadTables } from '../../options/load-tables.js'
import type { CdcStream } from '../../stream/cdc-stream.js'
import type { TypedOptions } from '../command-line.js'
import type { CliHost } from '../host.js'
import { findAuditSettings, isLasting, type Settings } from '../settings/settings.js'
import { openSink } from '../sinks/open-sink.js'
import { auditLines, unmetText } from './audit-lines.js'
import { failure } from './log-line.js'
import type { Log } from './log.js'
import type { Progress } from './progress.js'

/** Reads the sink of a stream, and says how good it is. */
export interface Auditor extends AsyncDisposable {
  /** Runs the stream to its end meanwhile. */
  audit(stream: CdcStream, progress: Progress): Promise<AuditGrade>
  /** Says it; returns what is not as it was required, in words. */
  tell(grade: AuditGrade, log: Log): string | undefined
}

/** @throws OptionsError and TargetError for a sink that is not fit, before anything is written */
export async function openAuditor(
  settings: Settings,
  typed: TypedOptions,
  environment: Environment,
  host: CliHost,
): Promise<Auditor> {
  const asked = findAuditSettings(typed, environment)
  if (!isLasting(settings, environment)) {
    throw new OptionsError(
      'Expected `audit` with a database that the pipeline reads, got one that is started for this run. Set CLOUDBERRY_HOST or CDC_URL, or --target configured.',
    )
  }
  const tables = await loadTables(settings.tables)
  const redact = sinkRedactor(asked.sink)
  const safely = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw redactError(error, redact)
    }
  }
  const { sink, columns } = await safely(openSink(asked, tables, { cwd: host.cwd(), environment: host.env }))
  return {
    audit: async (stream, progress) => {
      const names = (asked.sql ?? asked.table ?? tables.map(({ name }) => ({ table: name }))).map(({ table }) => table)
      const of = Object.fromEntries(
        names.map((name) => {
          const [table, chosen] = [stream.table(name), columns[name]]
          return [name, chosen ? table.columns(chosen) : table]
        }),
      )
      return stream.audit(({ signal }) => safely(sink.read(signal)), {
        every: asked.every,
        within: asked.within,
        of,
        snapshots: sink.snapshots,
        while: async () => {
          await stream.finished
          progress.say('waiting for the sink to catch up')
        },
      })
    },
    tell: (grade, log) => {
      for (const line of auditLines(grade)) log.write(line)
      const unmet = unmetText(grade, asked)
      if (unmet !== undefined) log.write(failure(unmet))
      return unmet
    },
    [Symbol.asyncDispose]: () => sink[Symbol.asyncDispose](),
  }
}

/** A server or a driver may repeat the password of the sink's address. */
function sinkRedactor(address: string | undefined): Redact {
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : undefined
  return redactor({ password: url && decodeURIComponent(url.password), user: url?.username, host: url?.hostname })
}
