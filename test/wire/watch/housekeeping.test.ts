import { expect, test } from 'vitest'
import { isHousekeeping } from '../../../src/wire/protocol/statement.js'

test.each([
  '',
  ' ; ',
  '-- ping',
  'SELECT 1',
  'select 1 as ok;',
  "SELECT 'x'::text",
  '/* ping */ SELECT 1',
  'SELECT version()',
  'select current_schema(), session_user',
  'SELECT pg_is_in_recovery()',
  "SELECT set_config('search_path', 'a', false)",
  'SET search_path TO a',
  "set application_name = 'job'",
  'SHOW transaction isolation level',
  'RESET ALL',
  'DISCARD ALL',
  'DEALLOCATE x',
  'select b.oid, b.typarray from pg_catalog.pg_type a left join pg_catalog.pg_type b on b.oid = a.typelem',
  'SELECT t.typname FROM pg_type t WHERE t.oid = $1',
  "SELECT column_name FROM information_schema.columns WHERE table_name = 'a'",
])('a driver says by itself: %s', (sql) => {
  expect(isHousekeeping(sql)).toBe(true)
})

test.each([
  'SELECT n FROM t',
  'SELECT $1',
  'SELECT refresh_totals()',
  'SELECT pg_advisory_lock(1)',
  'SELECT nextval($1)',
  'BEGIN',
  '(SELECT 1 FROM t) UNION SELECT 2',
  'DELETE FROM t',
  "INSERT INTO notes VALUES ('pg_type')",
  'UPDATE pg_types_of_ours SET a = 1',
  'CREATE INDEX ON t (a)',
  'VACUUM t',
  'CALL refresh()',
  'SELECT 1; DELETE FROM t',
  '$1',
])('a job says: %s', (sql) => {
  expect(isHousekeeping(sql)).toBe(false)
})
