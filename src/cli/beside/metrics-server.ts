import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OptionsError } from '../../errors.js'
import { withoutBrackets } from '../../database/connection/is-loopback.js'
import { Metrics } from './metrics.js'

/** Metrics that can be fetched. */
export interface MetricsServer extends AsyncDisposable {
  readonly url: string
  readonly metrics: Metrics
}

/**
 * Serves metrics at /metrics.
 *
 * @param port 0 for any that is free
 * @throws OptionsError when the address cannot be listened on
 */
export async function serveMetrics(host: string, port: number): Promise<MetricsServer> {
  const metrics = new Metrics()
  const server = createServer((request, response) => {
    const isMetrics = new URL(request.url ?? '/', 'http://localhost').pathname === '/metrics'
    if (!isMetrics) return end(response, 404, 'Not found. Try /metrics.\n')
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'Only GET and HEAD.\n')
    metrics.text().then(
      (text) => end(response, 200, text, metrics.contentType),
      (error: Error) => end(response, 500, `${error.message}\n`),
    )
  })
  server.listen(port, withoutBrackets(host))
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new OptionsError(
      `Expected to be able to serve metrics at ${host} port ${port}, got ${(cause as Error).message}. ` +
        'Set --metrics-port or CDC_METRICS_PORT, or --metrics-host or CDC_METRICS_HOST.',
      { cause },
    )
  }
  const { address, port: actual } = server.address() as AddressInfo
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${actual}/metrics`,
    metrics,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function end(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type }).end(text)
}
