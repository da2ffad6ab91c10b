import { describe, expect, test } from 'vitest'
import { type CdcOptions, type CdcSummary, createCdcStream, type StreamEvent } from '../../src/index.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { useClient, useSchema } from '../support/server.js'

/** Each pair so many times. */
const TIMES = process.env['CDC_TEST_ALL'] ? 200 : 10

const COMMITS = 24

/** What makes transactions of a stream meet although their rows do not; by name. In the schema of the stream. */
const meetings: Readonly<Record<string, { readonly sql: string; readonly waits: boolean }>> = {
  'a trigger on one row, by statement': {
    waits: true,
    sql: `CREATE TABLE totals (changes int8); INSERT INTO totals VALUES (0);
      CREATE FUNCTION count_them() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
        $$ BEGIN UPDATE totals SET changes = changes + 1; RETURN NULL; END $$;
      CREATE TRIGGER count_them AFTER INSERT OR UPDATE OR DELETE ON store_sales_heap
        FOR EACH STATEMENT EXECUTE FUNCTION count_them()`,
  },
  'a trigger on one row, by row': {
    waits: true,
    sql: `CREATE TABLE totals (rows int8); INSERT INTO totals VALUES (0);
      CREATE FUNCTION count_them() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
        $$ BEGIN UPDATE totals SET rows = rows + 1; RETURN NULL; END $$;
      CREATE TRIGGER count_sales AFTER INSERT ON store_sales_heap FOR EACH ROW EXECUTE FUNCTION count_them();
      CREATE TRIGGER count_returns AFTER INSERT OR DELETE ON store_returns_heap FOR EACH ROW EXECUTE FUNCTION count_them()`,
  },
  'a trigger that waits for COMMIT': {
    waits: true,
    sql: `CREATE TABLE totals (rows int8); INSERT INTO totals VALUES (0);
      CREATE FUNCTION count_them() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
        $$ BEGIN UPDATE totals SET rows = rows + 1; RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER count_them AFTER INSERT ON store_sales_heap DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION count_them()`,
  },
  'a foreign key to a hot row': {
    waits: false,
    sql: `CREATE TABLE stores (id int4 PRIMARY KEY); INSERT INTO stores VALUES (1);
      ALTER TABLE store_sales_heap ADD COLUMN home int4 DEFAULT 1 REFERENCES stores`,
  },
  'a foreign key to a hot row that changes': {
    waits: true,
    sql: `CREATE TABLE stores (id int4 PRIMARY KEY, sales int8); INSERT INTO stores VALUES (1, 0);
      ALTER TABLE store_sales_heap ADD COLUMN home int4 DEFAULT 1 REFERENCES stores;
      CREATE FUNCTION count_them() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
        $$ BEGIN UPDATE stores SET sales = sales + 1; RETURN NULL; END $$;
      CREATE TRIGGER count_them AFTER INSERT ON store_returns_heap FOR EACH STATEMENT EXECUTE FUNCTION count_them()`,
  },
  'a trigger that inserts elsewhere': {
    waits: false,
    sql: `CREATE TABLE log (id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sale int8);
      CREATE FUNCTION log_them() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
        $$ BEGIN INSERT INTO log (sale) VALUES (NEW.ss_id); RETURN NULL; END $$;
      CREATE TRIGGER log_them AFTER INSERT OR UPDATE ON store_sales_heap FOR EACH ROW EXECUTE FUNCTION log_them()`,
  },
  'an advisory lock': {
    waits: true,
    sql: `CREATE FUNCTION lock_it() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(current_schema()::regnamespace::oid::int8); RETURN NULL; END $$;
      CREATE TRIGGER lock_it BEFORE INSERT ON store_sales_heap FOR EACH STATEMENT EXECUTE FUNCTION lock_it()`,
  },
}

const overlaps: Readonly<Record<string, CdcOptions>> = {
  'writers 2': { writers: 2 },
  'writers 4': { writers: 4 },
  lateCommit: { lateCommit: 0.3 },
  longTransaction: { longTransaction: 3 },
  all: { writers: 4, lateCommit: 0.3, longTransaction: 3, rollback: 0.2 },
}

interface Outcome extends CdcSummary {
  readonly warnings: readonly string[]
  /** Of the columns that the stream fills. */
  readonly rows: unknown
}

/** Streams over what makes transactions meet, and compares the tables with the ledger. */
async function run(sql: string, options: CdcOptions): Promise<Outcome> {
  const plan = { batches: COMMITS, batchSize: 12, ratio: { insert: 60, update: 25, delete: 15 } }
  const connection = await useSchema()
  const client = await useClient(connection)
  const warnings: string[] = []
  await using stream = createCdcStream({
    target: connection,
    createTables: true,
    // Given inline, so that no thread has to start for each stream.
    tables: [storeSales, storeReturns],
    interval: 0,
    ...('token' in options ? {} : plan),
    ...options,
    observe: (event: StreamEvent) => {
      if (event.type === 'warning') warnings.push(event.message)
    },
  })
  await stream.step(1)
  await client.query(`SET search_path = ${connection.schema}; ${sql}`)
  stream.resume()
  const summary = await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true, commit: COMMITS })
  const { rows } = await client.query(
    `SELECT (SELECT md5(string_agg((to_jsonb(s) - 'home')::text, chr(10) ORDER BY ss_id)) FROM store_sales_heap AS s) AS sales,
            (SELECT md5(string_agg(to_jsonb(r)::text, chr(10) ORDER BY sr_id)) FROM store_returns_heap AS r) AS returns`,
  )
  return { ...summary, warnings, rows }
}

describe.each(Object.entries(meetings))('%s', (_, { sql, waits }) => {
  test.each(Object.entries(overlaps))(
    '%s: no transaction waits in vain',
    { timeout: TIMES * 10_000 },
    async (_, overlap) => {
      for (let seed = 1; seed <= TIMES; seed++) {
        const { commits, retries, overlap: reached, warnings, token, rows } = await run(sql, { ...overlap, seed })
        // A lock that times out is a transaction that is tried again.
        expect({ commits, retries }).toEqual({ commits: COMMITS, retries: 0 })
        expect(warnings.length).toBeLessThanOrEqual(waits ? 1 : 0)
        if (!waits) expect(reached).toBeGreaterThan(1)
        if (seed === TIMES) expect((await run('', { token })).rows).toEqual(rows)
      }
    },
  )
})
