import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { type ConnectionOptions, createCdcStream, type TableDefinition } from '../../src/index.js'
import { planShards } from '../../src/shards/plan-shards.js'
import { verifyShards } from '../../src/shards/verify-shards.js'
import { connect } from '../../src/database/postgres/connect.js'
import { cdcError } from '../support/cdc-error.js'
import { testConnection, useClient, useSchema } from '../support/server.js'

/** Rows of a user's own, and of the built-in tables, which are not tried beforehand. */
const things: TableDefinition = {
  name: 'things',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8' },
    { name: 'n', type: 'int4', recomputed: true },
  ],
  rows: () => ({ fill: (cells, number, version) => void (cells[1] = number * 10 + version) }),
}

const OPTIONS = { batches: 6, batchSize: 30, interval: 0, seed: 3, createTables: true } as const
const RATIO = { insert: 50, update: 30, delete: 20 }

async function useTable(sql: string, columns = 'id bigint PRIMARY KEY, n int'): Promise<ConnectionOptions> {
  const target = await useSchema()
  const client = await useClient(target)
  await client.query(`SET search_path TO ${target.schema}; CREATE TABLE things (${columns}); ${sql}`)
  return target
}

async function failure(target: ConnectionOptions, options: object = { tables: [things] }): Promise<Error> {
  await using stream = createCdcStream({ ...OPTIONS, ratio: RATIO, ...options, target })
  // Awaited here: the stream is stopped when the function returns.
  return await stream
    .start()
    .then(() => stream.finished)
    .then(
      () => expect.fail('the stream went on'),
      (error: Error) => error,
    )
}

const nothing = (name: string, event: string, table = 'things'): string =>
  `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
   CREATE TRIGGER "${name} it" BEFORE ${event} ON ${table} FOR EACH ROW EXECUTE FUNCTION ${name}();`

test.for<[about: string, sql: string, columns: string | undefined, named: string[]]>([
  [
    'a trigger on UPDATE',
    nothing('keep', 'UPDATE'),
    undefined,
    ['UPDATE', 'BEFORE', 'NULL', '`keep it`', 'DROP TRIGGER'],
  ],
  ['a trigger on DELETE', nothing('keep', 'DELETE'), undefined, ['DELETE', 'BEFORE', 'NULL', '`keep it`', 'OLD']],
  ['a trigger on INSERT', nothing('lose', 'INSERT'), undefined, ['COPY', 'BEFORE', 'NULL', '`lose it`']],
  ['a trigger on all of them', nothing('every', 'INSERT OR UPDATE OR DELETE'), undefined, ['COPY', '`every it`']],
  [
    'a trigger of a partition',
    `CREATE TABLE part PARTITION OF things DEFAULT; ${nothing('keep', 'UPDATE', 'part')}`,
    'id bigint PRIMARY KEY, n int) PARTITION BY RANGE (id',
    ['UPDATE', '`keep it`'],
  ],
  [
    'a rule on UPDATE',
    'CREATE RULE calm AS ON UPDATE TO things DO INSTEAD NOTHING',
    undefined,
    ['UPDATE', 'rule', '`calm`', 'DROP RULE'],
  ],
  ['a rule on DELETE', 'CREATE RULE calm AS ON DELETE TO things DO INSTEAD SELECT 1', undefined, ['DELETE', '`calm`']],
])('%s is named', async ([, sql, columns, named]) => {
  const error = await failure(await useTable(sql, columns))
  expect(error).toEqual(cdcError('ERR_CDC_TARGET', 'rolled back', ...named))
  expect(error.message).not.toContain('()')
})

test('a trigger that changes its mind ends the stream with its name', async () => {
  const target = await useTable(`
    CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id > 30 THEN RETURN NULL; END IF; RETURN NEW; END';
    CREATE TRIGGER late BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION late()`)
  const error = await failure(target, { tables: [things], batches: 40, ratio: { insert: 50, update: 50 } })
  expect(error).toEqual(cdcError('ERR_CDC_WRITE', 'UPDATE', 'BEFORE', '`late`'))
})

test('triggers that let rows through, or are switched off, are not named for what others did', async () => {
  const target = await useTable(`${nothing('off', 'UPDATE')} ALTER TABLE things DISABLE TRIGGER "off it"`)
  await using stream = createCdcStream({ ...OPTIONS, target, ratio: { insert: 50, update: 50 }, tables: [things] })
  await stream.step(2)
  await (await useClient()).query(`DELETE FROM ${target.schema}.things`)
  await expect(stream.step(4)).rejects.toThrow(cdcError('ERR_CDC_WRITE', 'missing', 'Another session'))
})

/** A user who may do all with the tables of a schema, but is kept from rows by policies. */
async function useSecured(sql: string): Promise<ConnectionOptions> {
  const admin = await useClient()
  const user = `s_${randomBytes(6).toString('hex')}`
  const password = randomBytes(9).toString('hex')
  await admin.query(`CREATE ROLE ${user} LOGIN PASSWORD '${password}'`)
  onTestFinished(async () => {
    const client = await connect(testConnection())
    await client.query(`DROP OWNED BY ${user} CASCADE; DROP ROLE ${user}`)
    await client.end()
  })
  const target = await useTable(sql.replaceAll('$user', user))
  await admin.query(
    `GRANT ALL ON SCHEMA ${target.schema} TO ${user}; GRANT ALL ON ALL TABLES IN SCHEMA ${target.schema} TO ${user}`,
  )
  return { ...target, user, password }
}

const SECURED = 'ALTER TABLE things ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON things USING (n > 100);'

test.for<[string, string]>([
  ['a user without BYPASSRLS', SECURED],
  [
    'an owner whom the policies bind',
    `${SECURED} ALTER TABLE things FORCE ROW LEVEL SECURITY; ALTER TABLE things OWNER TO $user`,
  ],
  ['a table without a policy', 'ALTER TABLE things ENABLE ROW LEVEL SECURITY'],
])('%s: row-level security is told before anything is written', async ([, sql]) => {
  const target = await useSecured(sql)
  expect(await failure(target)).toEqual(cdcError('ERR_CDC_TARGET', 'things', 'row-level security', 'BYPASSRLS'))
})

test.for<[string, string]>([
  ['an owner', `${SECURED} ALTER TABLE things OWNER TO $user`],
  ['a user with BYPASSRLS', `${SECURED} ALTER ROLE $user BYPASSRLS`],
])('%s sees all rows', async ([, sql]) => {
  await using stream = createCdcStream({ ...OPTIONS, target: await useSecured(sql), tables: [things] })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true })
})

test('row-level security is told by what looks at shards, and when DDL switches it on', async () => {
  const target = await useSecured(SECURED)
  const options = { ...OPTIONS, tables: [things], createTables: false }
  await expect(planShards(options, 2, target)).rejects.toThrow(cdcError('ERR_CDC_TARGET', 'row-level security'))
  await expect(verifyShards(target, [{ ...options, base: 0 }])).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', 'row-level security'),
  )
  const open = await useSecured('ALTER TABLE things OWNER TO $user')
  await using stream = createCdcStream({ ...OPTIONS, target: open, tables: [things] })
  await stream.step()
  await stream
    .during((client) =>
      client.query('ALTER TABLE things ENABLE ROW LEVEL SECURITY; ALTER TABLE things FORCE ROW LEVEL SECURITY'),
    )
    .catch(() => {})
  await expect(stream.finished).rejects.toThrow(cdcError('ERR_CDC_TARGET', 'row-level security'))
})
