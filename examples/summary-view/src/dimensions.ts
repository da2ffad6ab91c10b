/** `date_dim` has the days of all sales and returns, by their Julian day number; 2450815 is 1 January 1998. */
const CREATE_DATE_DIM = `CREATE TABLE date_dim (d_date_sk int4 PRIMARY KEY, d_date date)`
const FILL_DATE_DIM = `INSERT INTO date_dim SELECT day, date '1998-01-01' + (day - 2450815) FROM generate_series(2450816, 2452822) AS day`

const CREATE_STORE = `CREATE TABLE store (s_store_sk int4 PRIMARY KEY, s_store_name text NOT NULL)`
const FILL_STORE = `INSERT INTO store SELECT key, 'store ' || key FROM generate_series(1, 12) AS key`

/** The key that stands for NULL: a sale without a store or a day belongs to the member that is called unknown. */
export const UNKNOWN = 0
const ADD_UNKNOWN = `INSERT INTO date_dim VALUES (${UNKNOWN}, NULL); INSERT INTO store VALUES (${UNKNOWN}, 'unknown')`

/** Creates and fills the dimensions of the summaries. */
export const CREATE_DIMENSIONS: readonly string[] = [
  CREATE_DATE_DIM,
  FILL_DATE_DIM,
  CREATE_STORE,
  FILL_STORE,
  ADD_UNKNOWN,
]
