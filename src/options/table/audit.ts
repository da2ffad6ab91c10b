import { auditWords } from '../../audit/audit-grade.js'
import { option } from '../option.js'
import { choice, DAY_MS, duration, text, value } from '../values.js'
import { readQueries, readTableNames, type SinkQuery } from '../sink-queries.js'
import * as z from 'zod/mini'

const has = ['audit'] as const
const queries = z.array(z.custom<SinkQuery>())

/** How `cloudberry-cdc audit` reads a sink and what it asks of it; `every` and `within` are those of `cdcStream.audit()` as well. */
export const auditOptions = {
  /** Where the sink is. */
  sink: option({
    value: text('the address of a sink'),
    has,
    command: {
      flags: '--sink <address>',
      variable: 'CDC_SINK',
      help: 'the sink: postgres://…, mysql://… or mariadb://…, or duckdb:FILE',
      shown: 'none',
    },
  }),
  sinkCommand: option({
    value: text('a command'),
    has,
    command: {
      flags: '--sink-command <command>',
      variable: 'CDC_SINK_COMMAND',
      help: 'a command that prints the rows of the table that its variable CDC_TABLE names, as CSV with a header or as NDJSON; instead of --sink',
      shown: 'none',
    },
  }),
  table: option({
    value: value<readonly SinkQuery[]>(queries, 'names of tables', readTableNames),
    has,
    command: {
      flags: '--table <names>',
      variable: 'CDC_SINK_TABLE',
      help: 'the tables that are read, with commas between them; store_sales_heap=sales_copy where the sink calls it something else',
      shown: 'all tables of the stream',
    },
  }),
  sql: option({
    value: value<readonly SinkQuery[]>(queries, 'TABLE=SELECT …', readQueries),
    has,
    command: {
      flags: '--sql <queries>',
      variable: 'CDC_SINK_SQL',
      help: 'queries that give the rows of tables, with ; between them, as store_sales_heap=SELECT …; only the columns that they give are compared; instead of --table',
      shown: 'none',
    },
  }),
  /** Milliseconds. */
  every: option({
    value: duration(1, DAY_MS),
    has,
    fallback: 50,
    command: {
      flags: '--every <time>',
      variable: 'CDC_AUDIT_EVERY',
      help: 'the time from the beginning of one read to that of the next, which waits for the end of the first',
      shown: '50ms',
      example: '50ms',
    },
  }),
  /** Milliseconds. */
  within: option({
    value: duration(0, DAY_MS),
    has,
    fallback: 10_000,
    command: {
      flags: '--within <time>',
      variable: 'CDC_AUDIT_WITHIN',
      help: 'the time that the sink may take to catch up after the end of the load',
      shown: '10s',
      example: '10s',
    },
  }),
  require: option({
    value: choice(auditWords),
    has,
    command: {
      flags: '--require <grade>',
      variable: 'CDC_AUDIT_REQUIRE',
      help: 'end with exit code 4 where the grade is a worse one',
      shown: 'any grade will do',
    },
  }),
  /** Milliseconds. */
  maxStaleness: option({
    value: duration(0, DAY_MS),
    has,
    command: {
      flags: '--max-staleness <time>',
      variable: 'CDC_AUDIT_MAX_STALENESS',
      help: 'end with exit code 4 where a read was staler, or the sink never caught up',
      shown: 'any will do',
      example: '2s',
    },
  }),
}
