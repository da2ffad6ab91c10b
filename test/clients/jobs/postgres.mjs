import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import postgres from 'postgres'

const say = (answer) => console.log(JSON.stringify(answer))
const sql = postgres({ max: 1 })
const table = sql(process.env.JOB_TABLE)

await sql.begin(async (sql) => {
  say(await sql`SELECT id, name FROM ${table} ORDER BY id`)
  const { count } = await sql`UPDATE ${table} SET name = ${'changed'} WHERE id = ${2}`
  say(count)
})
await sql`SELECT 1/0`.catch(({ code }) => say(code))
say(await sql`SELECT length(${'x'.repeat(200_000)}::text)`)
// Sent together.
await sql.begin((sql) => [11, 12, 13].map((id) => sql`INSERT INTO ${table} VALUES (${id}, 'many')`))
await sql`SELECT n, repeat('x', 1000) FROM generate_series(1, 300) n`.cursor(100, (rows) => say(rows.length))
await pipeline(Readable.from(['21\tcopied\n', '22\tcopied\n']), await sql`COPY ${table} FROM STDIN`.writable())
for (const _ of [1, 2]) say(await sql`SELECT count(*) FROM ${table}`)
await sql.end()
