import { OptionsError } from '../errors.js'
import type { HostConfig, HostReport } from './embedded/host-report.js'
import { startServer } from './embedded/server.js'

/*
 * The process that has an embedded server in its care. It lives as long as its standard input is open: the other end
 * is the parent's, and the system closes it when the parent ends, however it ends. So the server never outlives it.
 */

const asked = new Promise<void>((resolve) => {
  for (const event of ['end', 'close', 'error']) process.stdin.on(event, () => resolve())
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => resolve())
})
process.stdin.resume()
process.stdout.on('error', () => {})

function print(report: HostReport): void {
  process.stdout.write(`${JSON.stringify(report)}\n`)
}

try {
  const server = await startServer(JSON.parse(process.argv[2] ?? '{}') as HostConfig)
  print(server.report)
  await asked
  await server.stop()
} catch (error) {
  const { message, cause } = error as Error
  const detail = cause instanceof Error ? cause.message : ''
  print({ type: 'failed', kind: error instanceof OptionsError ? 'options' : 'target', message, detail })
  process.exitCode = 1
  await asked
}
process.exit()
