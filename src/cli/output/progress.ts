import ora from 'ora'
import type { StreamEvent } from '../../driver/stream-event.js'
import type { CliHost } from '../host.js'
import type { Settings } from '../settings/settings.js'
import { durationText, kindsText } from './log-line.js'
import { addCounts, changeCount, noCounts } from '../../ledger/change.js'

export interface Progress {
  show(event: StreamEvent): void
  say(text: string): void
  stop(): void
}

/** Shows progress on a terminal, and nothing where there is none: log lines say it all there. */
export function createProgress(host: CliHost, settings: Settings): Progress {
  // Ora never returns from clearing its line on a terminal that does not know its width, as `docker run -t` has at first.
  if (!host.stderr.isTTY || !host.stderr.columns)
    return { show: () => undefined, say: () => undefined, stop: () => undefined }
  const batches = settings.batches ?? Number.POSITIVE_INFINITY
  // With `discardStdin` the terminal is put into raw mode, where Ctrl+C is no signal any more.
  const spinner = ora({ text: 'Connecting', stream: host.stderr, discardStdin: false }).start()
  let total = noCounts
  let first: { readonly at: number; readonly commit: number; readonly changes: number } | undefined
  return {
    say: (text) => void (spinner.text = text),
    stop: () => void spinner.stop(),
    show: (event) => {
      if (event.type === 'retry') spinner.text = `batch ${event.commit} · waiting for the database`
      if (event.type !== 'commit') return
      total = addCounts(total, event)
      const changes = changeCount(total)
      first ??= { at: performance.now(), commit: event.commit, changes }
      const elapsed = performance.now() - first.at
      const { rate, interval = 0 } = settings
      const asked = rate === undefined ? interval : (changes / rate) * 1000
      const since = event.commit - first.commit
      const pace = since > 0 ? elapsed / since : asked
      spinner.text = [
        `batch ${event.commit}${Number.isFinite(batches) ? `/${batches}` : ''}`,
        `${changes} changes (${kindsText(total)})`,
        ...(elapsed > 0 && since > 0 ? [`${Math.round(((changes - first.changes) / elapsed) * 1000)} changes/s`] : []),
        ...(Number.isFinite(batches) ? [`${durationText((batches - event.commit) * pace)} left`] : []),
      ].join(' · ')
    },
  }
}
