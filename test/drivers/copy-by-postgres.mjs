// Copies all sales through its memory, in one snapshot, by prepared statements and a cursor. A process of its own: where a connection
// breaks, `postgres` 3.4.9 may throw where nobody can catch it.
import postgres from 'postgres'

const sql = postgres({
  max: 1,
  connect_timeout: 2,
  backoff: false,
  connection: { search_path: process.env.JOB_SCHEMA },
})
try {
  await sql.begin('isolation level repeatable read', async (sql) => {
    await sql`DELETE FROM copy`
    const found = []
    const sales = sql`SELECT s::text AS whole FROM store_sales_heap s WHERE ss_id > ${0} ORDER BY ss_id`
    for await (const rows of sales.cursor(15)) found.push(...rows.map(({ whole }) => whole))
    const whole = JSON.stringify(found)
    await sql`INSERT INTO copy SELECT (whole::store_sales_heap).* FROM json_array_elements_text(${whole}::text::json) AS whole`
  })
} finally {
  await sql.end({ timeout: 1 })
}
