import { resolve } from 'node:path'
import type { CdcSummary } from '../../stream/cdc-stream.js'
import type { StreamEvent } from '../../driver/stream-event.js'
import { packageVersion, type ReportHead, toFacts } from '../../report/report-facts.js'
import { expectWritable, writeReport } from '../../report/report-files.js'
import { RunRecorder } from '../../report/run-recorder.js'
import { withoutSecrets } from '../../report/without-secrets.js'
import type { Redact } from '../../database/connection/redact.js'
import { type Outcome, exitCode, messageOf, type CliHost } from '../host.js'
import { failure, info } from './log-line.js'
import type { Log } from './log.js'

/** The report of a run, as HTML and as JSON. */
export interface RunReport {
  observe(event: StreamEvent): void
  /** Writes it, and says so; resolves with how the run ends after all. */
  write(outcome: Outcome, log: Log, redact: Redact): Promise<Outcome>
}

/** @throws OptionsError when the report could not be written at the end */
export async function openRunReport(name: string | undefined, host: CliHost): Promise<RunReport | undefined> {
  if (name === undefined) return undefined
  const file = resolve(host.cwd(), name)
  await expectWritable(file, '--report or CDC_REPORT')
  const recorder = new RunRecorder()
  return {
    observe: (event) => recorder.observe(event),
    write: async (outcome, log, redact) => {
      try {
        await writeReport(file, withoutSecrets(toFacts(toHead(outcome), recorder.record()), redact))
        log.write(info(`Run report written to ${file}`))
        return outcome
      } catch (error) {
        log.write(failure(messageOf(error)))
        return { ...outcome, code: outcome.code || exitCode.failed }
      }
    },
  }
}

type ReportedRun = Partial<CdcSummary> &
  Pick<ReportHead, 'audit'> & { readonly error?: string; readonly unmet?: string }

function toHead({ code, report }: Outcome): ReportHead {
  const { seed, token, verified, error, audit, unmet }: ReportedRun = report
  const interrupted = code === exitCode.SIGINT || code === exitCode.SIGTERM
  return {
    source: 'command line',
    version: packageVersion(),
    state: code === exitCode.ok ? 'passed' : interrupted ? 'interrupted' : 'failed',
    outcome: error ?? [outcomeText(interrupted, verified), ...(unmet === undefined ? [] : [`${unmet}.`])].join(' '),
    seed,
    replay: token && `cloudberry-cdc replay ${token}`,
    audit,
  }
}

function outcomeText(interrupted: boolean, verified: boolean | undefined): string {
  const ended = interrupted ? 'The run was interrupted.' : 'The run ended by its plan.'
  if (verified === undefined) return `${ended} The tables were not compared with the ledger.`
  return `${ended} The tables ${verified ? 'are as the ledger has them' : 'differ from the ledger'}.`
}
