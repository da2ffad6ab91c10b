import { onTestFinished } from 'vitest'
import type { AuditGrade } from '../../src/audit/audit-grade.js'
import type { AuditOptions } from '../../src/audit/audit-options.js'
import { createTableSql } from '../../src/database/create-table.js'
import type { PostgresClient } from '../../src/database/postgres/client.js'
import type { CdcOptions, CdcStream } from '../../src/stream/cdc-stream.js'
import { createCdcStream } from '../../src/stream/create-cdc-stream.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { copies, type Pipeline } from './pipelines.js'
import { useClient, useSchema } from './server.js'

interface Draining {
  /** Whether the load counts as going on until the pipeline, which follows it, has come to its end. @default false */
  readonly drains?: boolean
}

/** A stream with empty tables, their empty copies, and a session each for a pipeline and for the reads of its sink. */
export interface AuditBench {
  readonly stream: CdcStream
  readonly client: PostgresClient
  readonly readCopies: () => Promise<Record<string, unknown>>
  /** When each read of the copies began, in milliseconds since 1970. */
  readonly readAt: readonly number[]
  /** Audits the copies while a pipeline fills them. */
  audit(pipeline: Pipeline, options?: AuditOptions & Draining): Promise<AuditGrade>
}

export async function useAuditBench(options: CdcOptions = {}): Promise<AuditBench> {
  const connection = await useSchema()
  const open = async (): Promise<PostgresClient> => {
    const client = await useClient(connection)
    await client.query(`SET search_path TO ${connection.schema}`)
    return client
  }
  const [client, reader] = [await open(), await open()]
  for (const table of [storeSales, storeReturns]) {
    await client.query(createTableSql(table, connection.schema, 'postgres'))
  }
  for (const [table, copy] of Object.entries(copies)) await client.query(`CREATE TABLE ${copy} (LIKE ${table})`)
  const load = { seed: 1, interval: 10, batchSize: 10, ...(options.continuous ? {} : { batches: 40 }), ...options }
  const stream = createCdcStream({ target: connection, ...load })
  onTestFinished(() => stream[Symbol.asyncDispose]())
  const readAt: number[] = []
  const readCopies = async (): Promise<Record<string, unknown>> => {
    readAt.push(Date.now())
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    try {
      const rows: Record<string, unknown> = {}
      for (const [table, copy] of Object.entries(copies)) rows[table] = await reader.query(`SELECT * FROM ${copy}`)
      return rows
    } finally {
      await reader.query('COMMIT')
    }
  }
  const audit = async (
    pipeline: Pipeline,
    { drains = false, ...given }: AuditOptions & Draining = {},
  ): Promise<AuditGrade> => {
    const ending = new AbortController()
    let running = Promise.resolve()
    const grade = stream.audit(readCopies, {
      every: 10,
      while: async () => {
        running = pipeline({ stream, client, signal: ending.signal })
        running.catch(() => {})
        await stream.finished
        if (drains) await running
      },
      ...given,
    })
    try {
      return await grade
    } finally {
      ending.abort()
      await running
    }
  }
  return { stream, client, readCopies, readAt, audit }
}
