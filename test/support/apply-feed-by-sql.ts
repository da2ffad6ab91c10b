import type { Client } from 'pg'

/** The steps of each format, as PostgreSQL reads them from a column `e` of events in the order of `n`. */
const stepsSql: Readonly<Record<string, string>> = {
  changes: `SELECT n, 1 AS m, e->>'kind' AS kind, e->>'table' AS name,
      CASE e->>'kind' WHEN 'delete' THEN e->'before' ELSE e->'after' END AS image FROM feed`,
  debezium: `SELECT n, 1 AS m, CASE e->>'op' WHEN 'c' THEN 'insert' WHEN 'u' THEN 'update' WHEN 'd' THEN 'delete' END AS kind,
      e->'source'->>'table' AS name, CASE e->>'op' WHEN 'd' THEN e->'before' ELSE e->'after' END AS image FROM feed`,
  maxwell: `SELECT n, 1 AS m, e->>'type' AS kind, e->>'table' AS name, e->'data' AS image FROM feed`,
  canal: `SELECT n, m, lower(e->>'type') AS kind, e->>'table' AS name, image
      FROM feed, json_array_elements(e->'data') WITH ORDINALITY AS rows (image, m)`,
  flink: `SELECT n, 1 AS m, CASE e->>'op' WHEN '+I' THEN 'insert' WHEN '+U' THEN 'insert' ELSE 'delete' END AS kind,
      e->>'table' AS name, e->'row' AS image FROM feed`,
}

/**
 * Applies NDJSON of a format to tables of a schema, one statement a change, in PostgreSQL itself. Every UPDATE and DELETE
 * must find one row.
 */
export async function applyFeedBySql(client: Client, schema: string, format: string, ndjson: string): Promise<void> {
  await client.query('CREATE TEMPORARY TABLE feed (n bigserial, e json)')
  await client.query('INSERT INTO feed (e) SELECT line::json FROM unnest($1::text[]) AS line', [
    ndjson.split('\n').slice(0, -1),
  ])
  const steps = stepsSql[format.replace(/-.*/, '')]!
  await client.query(`DO $apply$
    DECLARE
      step record;
      found_rows int;
      key text;
    BEGIN
      FOR step IN SELECT * FROM (${steps}) AS steps ORDER BY n, m LOOP
        key := CASE step.name WHEN 'store_sales_heap' THEN 'ss_id' ELSE 'sr_id' END;
        IF step.kind <> 'insert' THEN
          EXECUTE format('DELETE FROM ${schema}.%I WHERE %I = $1', step.name, key) USING (step.image->>key)::int8;
          GET DIAGNOSTICS found_rows = ROW_COUNT;
          IF found_rows <> 1 THEN RAISE EXCEPTION 'event %: % of % found % rows', step.n, step.kind, step.name, found_rows; END IF;
        END IF;
        IF step.kind <> 'delete' THEN
          EXECUTE format('INSERT INTO ${schema}.%I SELECT * FROM json_populate_record(NULL::${schema}.%I, $1)', step.name, step.name)
            USING step.image;
        END IF;
      END LOOP;
    END $apply$`)
  await client.query('DROP TABLE feed')
}
