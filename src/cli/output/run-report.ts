import { resolve } from 'node:path'
import type { CdcSummary } from '../../stream/cdc-stream.js'
import type { StreamEvent } from '../../driver/stream-event.js'
import { packageVersion } from '../../report/package-version.js'
import { expectWritable, writeReport } from '../../report/report-files.js'
import type { ReportHead } from '../../report/report-facts.js'
import { RunRecorder } from '../../report/run-recorder.js'
import { toFacts } from '../../report/to-facts.js'
import { withoutSecrets } from '../../report/without-secrets.js'
import type { Redact } from '../../database/connection/redact.js'
import { type Outcome, exitCode, messageOf } from '../exit-code.js'
import type { CliHost } from '../host.js'
import { failure, info } from './log-line.js'
import type { Log } from './log.js'

/** The report of a run, as HTML and as JSON. */
export class RunReport {
  readonly #file: string
  readonly #recorder = new RunRecorder()

  /** @throws OptionsError when the report could not be written at the end */
  static async open(file: string | undefined, { cwd }: Pick<CliHost, 'cwd'>): Promise<RunReport | undefined> {
    if (file === undefined) return undefined
    const path = resolve(cwd(), file)
    await expectWritable(path, '--report or CDC_REPORT')
    return new RunReport(path)
  }

  private constructor(file: string) {
    this.#file = file
  }

  observe(event: StreamEvent): void {
    this.#recorder.observe(event)
  }

  /** Writes it, and says so; resolves with how the run ends after all. */
  async write(outcome: Outcome, log: Log, redact: Redact): Promise<Outcome> {
    try {
      const facts = toFacts(toHead(outcome), this.#recorder.record())
      await writeReport(this.#file, withoutSecrets(facts, redact))
      log.write(info(`Run report written to ${this.#file}`))
      return outcome
    } catch (error) {
      log.write(failure(messageOf(error)))
      return { ...outcome, code: outcome.code || exitCode.failed }
    }
  }
}

function toHead({ code, report }: Outcome): ReportHead {
  const { seed, token, verified, error }: Partial<CdcSummary> & { readonly error?: string } = report
  const interrupted = code === exitCode.SIGINT || code === exitCode.SIGTERM
  return {
    source: 'command line',
    version: packageVersion(),
    state: code === exitCode.ok ? 'passed' : interrupted ? 'interrupted' : 'failed',
    outcome: error ?? outcomeText(interrupted, verified),
    seed,
    replay: token && `cloudberry-cdc replay ${token}`,
  }
}

function outcomeText(interrupted: boolean, verified: boolean | undefined): string {
  const ended = interrupted ? 'The run was interrupted.' : 'The run ended by its plan.'
  if (verified === undefined) return `${ended} The tables were not compared with the ledger.`
  return `${ended} The tables ${verified ? 'are as the ledger has them' : 'differ from the ledger'}.`
}
