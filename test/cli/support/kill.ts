import type { ConnectionOptions } from '../../../src/database/connection/connection.js'
import { startProxy } from '../../support/proxy.js'
import { type CliResult, startCli } from './cli-process.js'

/** When a process is killed, counted from the moment at which it has told how to resume it. */
export interface Moment {
  /**
   * `logged`: its n-th batch is in its log. `sent`, `lost`: it sends something for the n-th time, which reaches the server
   * or does not; `COMMIT sent`, `COMMIT lost`: it sends COMMIT for the n-th time.
   */
  readonly at: 'logged' | 'sent' | 'lost' | 'COMMIT sent' | 'COMMIT lost'
  readonly count: number
}

/** Starts the command, kills it with SIGKILL at a moment, and returns what it printed until then. */
export async function killCli(
  args: readonly string[],
  connection: ConnectionOptions,
  cwd: string,
  { at, count }: Moment,
): Promise<CliResult> {
  await using proxy = await startProxy(connection)
  const running = await startCli({ args, connection: proxy.connection, cwd })
  await running.printed(/Resume with/)
  const act = async (): Promise<void> => void running.child.kill('SIGKILL')
  const strike = { forward: at === 'sent' || at === 'COMMIT sent', act }
  let sent = 0
  const next = (): typeof strike | undefined => (++sent === count ? strike : undefined)
  if (at === 'sent' || at === 'lost') proxy.onSend = next
  if (at === 'COMMIT sent' || at === 'COMMIT lost') proxy.onCommit = next
  if (at === 'logged') {
    await running.printed(new RegExp(`(?:Batch \\d+ committed[^B]*){${count}}`))
    await act()
  }
  return await running.result
}
