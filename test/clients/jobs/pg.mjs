import { Client } from 'pg'

const table = process.env.JOB_TABLE
const say = (answer) => console.log(JSON.stringify(answer))
const client = new Client()
await client.connect()

await client.query('BEGIN')
say((await client.query(`SELECT id, name FROM ${table} ORDER BY id`)).rows)
say((await client.query(`UPDATE ${table} SET name = $1 WHERE id = $2`, ['changed', 2])).rowCount)
await client.query('COMMIT')
await client.query('SELECT 1/0').catch(({ code }) => say(code))
say((await client.query('SELECT length($1::text) AS length', ['x'.repeat(200_000)])).rows)
for (const id of [1, 2]) {
  say((await client.query({ name: 'one', text: `SELECT name FROM ${table} WHERE id = $1`, values: [id] })).rows)
}
say((await client.query(`SELECT n, repeat('x', 1000) AS text FROM generate_series(1, 3000) n`)).rows.length)
const insert = (id) => client.query(`INSERT INTO ${table} VALUES ($1, 'many')`, [id])
await Promise.all([11, 12, 13].map(insert))
for (const _ of [1, 2]) say((await client.query(`SELECT count(*) FROM ${table}`)).rows)
await client.end()
