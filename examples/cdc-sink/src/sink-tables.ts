/** The tables that are followed, and the tables that are made equal to them. */
export const COPIES: Readonly<Record<string, string>> = {
  store_sales_heap: 'store_sales_copy',
  store_returns_heap: 'store_returns_copy',
}

/** What the sink needs in its schema: the copies, and one row that says how far they are. */
export const CREATE_SINK_TABLES: readonly string[] = [
  ...Object.entries(COPIES).map(([source, copy]) => `CREATE TABLE ${copy} (LIKE ${source} INCLUDING ALL)`),
  'CREATE TABLE sink_progress (applied_lsn pg_lsn NOT NULL, transactions int4 NOT NULL, changes int4 NOT NULL)',
]
