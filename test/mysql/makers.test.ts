import { expect, test } from 'vitest'
import { trySchema } from '../../src/cli/trial/try-schema.js'
import { readWholeSchema } from '../../src/inspect/inspect-tables.js'
import { obtained, sqlOf } from '../makers/obtained.js'
import { hasSource, useClient, useDatabase } from './source.js'

const onSource = test.runIf(hasSource)

/** Schemas for MySQL as their makers publish them, of packages that `npm run suite makers` gets. */
const makers = [
  {
    name: 'camunda',
    tables: 49,
    files: ['engine', 'history', 'identity', 'case.engine', 'case.history', 'decision.engine', 'decision.history'].map(
      (part) => `org/camunda/bpm/engine/db/create/activiti.mysql.create.${part}.sql`,
    ),
    rest: [],
  },
  { name: 'quartz', tables: 11, files: ['org/quartz/impl/jdbcjobstore/tables_mysql_innodb.sql'], rest: [] },
  {
    name: 'spring-batch',
    tables: 9,
    files: ['org/springframework/batch/core/schema-mysql.sql'],
    // Each stands for a sequence: one row, told apart by one character.
    rest: ['BATCH_JOB_EXECUTION_SEQ', 'BATCH_JOB_INSTANCE_SEQ', 'BATCH_STEP_EXECUTION_SEQ'],
  },
] as const

onSource.for(makers)(
  'tables of $name stream as they are drafted',
  async ({ name, tables: count, files, ...due }, { skip }) => {
    const folder = obtained(name)
    skip(folder === undefined, `${name} was not got: npm run suite makers`)
    const connection = useDatabase()
    const client = await useClient()
    await client.createSchema(connection.schema)
    await client.query(sqlOf(folder ?? '', ...files))
    const { tables } = await readWholeSchema(client, connection.schema)
    expect(tables).toHaveLength(count)
    const { streams, rest } = await trySchema(tables, { connection, changes: 1000 })
    expect(rest.map((table) => table.name).toSorted()).toEqual(due.rest)
    expect(streams).toHaveLength(count - due.rest.length)
  },
)
