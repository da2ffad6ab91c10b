import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client'
import { responseTimes } from '../../stream/stream-stats.js'
import type { StreamEvent } from '../../driver/stream-event.js'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OptionsError } from '../../errors.js'
import { withoutBrackets } from '../../database/connection/is-loopback.js'

/** Seconds; from a fast commit to one that waited for a restart. */
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.5, 5.5, 30.5]

const KINDS = { inserts: 'insert', updates: 'update', deletes: 'delete' } as const

export class Metrics {
  readonly #registry = openMetricsRegistry()
  readonly #commits = this.#counter('cdc_commits_total', 'Batches that the database has committed.')
  readonly #retries = this.#counter('cdc_retries_total', 'Transactions that were tried again.')
  readonly #resolved = this.#counter('cdc_resolved_total', 'Answers to COMMIT that were lost and read back.')
  readonly #skipped = this.#counter('cdc_skipped_total', 'Slots of the schedule that were left out.')
  readonly #changes = this.#counter('cdc_changes_total', 'Changes that the database has committed.', ['table', 'kind'])
  readonly #commitTime = this.#histogram('cdc_commit_seconds', 'From BEGIN to the answer to COMMIT, with retries.')
  readonly #response = this.#histogram(
    'cdc_response_seconds',
    'From the time at which the schedule wanted a batch to begin to the answer to COMMIT.',
  )
  readonly #lag = this.#gauge('cdc_lag_seconds', 'How far the last batch began behind its schedule.')
  readonly #lastCommit = this.#gauge(
    'cdc_last_commit_timestamp_seconds',
    'When the last answer to COMMIT came, in seconds since 1970; 0 before the first.',
  )

  get contentType(): string {
    return this.#registry.contentType
  }

  /** OpenMetrics text (https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md). */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  observe(event: StreamEvent): void {
    if (event.type === 'retry') this.#retries.inc()
    if (event.type === 'resolved') this.#resolved.inc()
    if (event.type !== 'commit') return
    this.#commits.inc()
    this.#skipped.inc(event.skipped)
    this.#commitTime.observe(event.milliseconds / 1000)
    for (const milliseconds of responseTimes(event)) this.#response.observe(milliseconds / 1000)
    this.#lag.set(event.lag / 1000)
    this.#lastCommit.set(event.at / 1000)
    for (const [table, counts] of Object.entries(event.tables)) {
      for (const [name, kind] of Object.entries(KINDS)) {
        this.#changes.inc({ table, kind }, counts[name as keyof typeof KINDS])
      }
    }
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.#registry] })
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.#registry] })
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: BUCKETS, registers: [this.#registry] })
  }
}

function openMetricsRegistry(): Registry<OpenMetricsContentType> {
  const registry = new Registry<OpenMetricsContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  return registry
}

export interface MetricsServer extends AsyncDisposable {
  readonly url: string
  readonly metrics: Metrics
}

/**
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
