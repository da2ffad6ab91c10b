import { once } from 'node:events'
import { CdcError, OptionsError } from '../../errors.js'
import { oneLine } from '../one-line.js'
import { type HostConfig, type HostReport, startServer } from './server.js'

/*
 * The process that has an embedded server in its care. It lives as long as its standard input is open: the other end
 * is the parent's, and the system closes it when the parent ends, however it ends. So the server never outlives it.
 */

const asked = new AbortController()
for (const event of ['end', 'close', 'error']) process.stdin.on(event, () => asked.abort())
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => asked.abort())
process.stdin.resume()
process.stdout.on('error', () => {})

function print(report: HostReport): void {
  process.stdout.write(`${JSON.stringify(report)}\n`)
}

try {
  const server = await startServer(JSON.parse(process.argv[2] ?? '{}') as HostConfig, asked.signal)
  print(server.report)
  if (!asked.signal.aborted) await once(asked.signal, 'abort')
  await server.stop()
} catch (error) {
  print(failure(error as Error))
  process.exitCode = 1
  if (!asked.signal.aborted) await once(asked.signal, 'abort')
}
process.exit()

function failure(error: Error): HostReport {
  const { message, cause } = error
  const known = error instanceof CdcError
  return {
    type: 'failed',
    kind: error instanceof OptionsError ? 'options' : 'target',
    message: known
      ? message
      : `Expected the embedded server to start, got: ${oneLine(message)}. Mend that, or use another target.`,
    detail: cause instanceof Error ? cause.message : '',
  }
}
