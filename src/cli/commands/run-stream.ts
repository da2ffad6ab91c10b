import type { Environment } from '../../database/connection/environment.js'
import type { Redact } from '../../database/connection/redact.js'
import type { StreamEvent } from '../../driver/stream-event.js'
import { createCdcStream } from '../../stream/create-cdc-stream.js'
import { openMetrics, startCompanions } from '../beside/companions.js'
import type { Asked } from '../command-line.js'
import { exitCode, type CliHost } from '../host.js'
import { textCleaner } from '../output/log-line.js'
import { openFeed } from '../output/event-feed.js'
import { createEventLines } from '../output/event-lines.js'
import { openLog } from '../output/log.js'
import { openAuditor } from '../output/auditor.js'
import { printSummary } from '../output/print.js'
import { createProgress } from '../output/progress.js'
import { openRunReport } from '../output/run-report.js'
import { replayLines, resumableLine, startLines } from '../output/start-lines.js'
import { expectShared, standardOutput } from '../settings/settings.js'
import { readSettings } from '../settings/read-settings.js'
import { openGiven, replayedSettings } from '../settings/replay.js'
import { streamOptions } from '../settings/stream-options.js'
import { drive } from './drive.js'

export async function runStream(
  asked: Asked,
  environment: Environment,
  host: CliHost,
  redact: Redact,
): Promise<number> {
  const planned = readSettings(asked.typed, environment)
  const replay = await openGiven(planned, asked, environment, host.cwd())
  const settings = replay ? replayedSettings(planned, replay) : planned
  if (!replay && settings.shard !== undefined && settings.target !== 'none')
    expectShared(settings, '--shard', environment)
  const auditor = asked.command === 'audit' ? await openAuditor(settings, asked.typed, environment, host) : undefined
  await using _sink = auditor
  let observe: (event: StreamEvent) => void = () => undefined
  const stream = createCdcStream({
    ...streamOptions(settings, replay),
    environment,
    observe: (event) => observe(event),
  })
  // Wrong settings leave no trace: files are opened only when there is something to run.
  const feed = await openFeed(stream, settings, host)
  const runReport = await openRunReport(settings.report, host)
  const quiet = settings.json || settings.events === standardOutput
  const { logFile: file, logMaxSize: maxSize } = settings
  await using metrics = await openMetrics(settings)
  const log = await openLog(host, { file, maxSize, quiet, clean: textCleaner(redact) })
  const lines = replay ? replayLines(replay, settings, stream.seed) : startLines(settings, stream.seed)
  for (const line of lines) log.write(line)
  const progress = createProgress(host, settings)
  const companions = startCompanions(stream, settings, metrics, (line) => log.write(line))
  const eventLine = createEventLines((token) => resumableLine(token, settings, replay, environment))
  observe = (event) => {
    const line = eventLine(event)
    if (line) log.write(line)
    progress.show(event)
    companions.observe(event)
    runReport?.observe(event)
    if (event.type === 'commit') feed?.onCommit(event.commit)
  }
  const outcome = await drive({ stream, feed, settings, log, progress, host, auditor })
  const { code, report } = (await runReport?.write(outcome, log, redact)) ?? outcome
  await companions.close()
  await log.close()
  return settings.json && code !== exitCode.usage ? await printSummary(report, code, host, redact) : code
}
