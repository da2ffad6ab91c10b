import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { eventFormats, readEvents } from '../../src/index.js'
import { runCli, startCli, useFolder } from './support/cli-process.js'
import { useTables } from './support/database.js'
import { expectOneLine, type Named } from './support/expect-one-line.js'
import { runHere, startHere } from './support/run-here.js'

const none = ['--target', 'none', '--batch-size', '20', '--batch-interval', '0', '--seed', '9', '--ratio', '60/25/15']

async function eventsIn(folder: string, name = 'events.ndjson'): Promise<string> {
  return readFile(join(folder, name), 'utf8')
}

test('every change becomes a line of the file, in the order of the commits', async () => {
  const { connection, client, schema } = await useTables()
  const args = ['--events', 'events.ndjson', '--total-batches', '6', '--batch-interval', '0', '--ratio', '60/25/15']
  const running = await startCli({ args: [...args, '--seed', '9', '--batch-size', '20'], connection })
  const { code, stdout, stderr } = await running.result
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/events=events\.ndjson, format=changes\n/)
  expect(stdout).toMatch(/Change events: 240 events written to \S+events\.ndjson\n/)
  expect(stdout).toMatch(/Verified: .* after batch 6\n$/)
  const ndjson = await eventsIn(running.cwd)
  expect(ndjson).toMatch(/\}\n$/)
  const changes = readEvents(ndjson)
  expect(changes.map(({ commit, position }) => [commit, position])).toEqual(
    Array.from({ length: 240 }, (_, index) => [1 + Math.floor(index / 40), 1 + (index % 40)]),
  )
  const live = new Set<unknown>()
  for (const { kind, table, key } of changes) {
    if (table !== 'store_sales_heap') continue
    if (kind === 'insert') live.add(key?.['ss_id'])
    if (kind === 'delete') live.delete(key?.['ss_id'])
  }
  const { rows } = await client.query<{ id: string }>(`SELECT ss_id AS id FROM ${schema}.store_sales_heap`)
  expect(new Set(rows.map(({ id }) => id))).toEqual(live)

  // Without a database the same seed makes the same changes.
  const same = await startCli({ args: [...none, '--events', 'events.ndjson', '--total-batches', '6'] })
  await same.result
  expect(await eventsIn(same.cwd)).toBe(ndjson)
})

test.for(eventFormats)('--target none writes the feed of %s, and needs no database', async (format) => {
  const args = [...none, '--events', 'events.ndjson', '--format', format, '--total-batches', '3']
  const running = await startCli({ args, connection: { host: '127.0.0.1', port: 1 } })
  const { code, stdout, stderr, log } = await running.result
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.split('\n').slice(0, -1)).toEqual(log)
  expect(stdout).not.toMatch(/Connected|ompared|Verified|Existing/)
  expect(stdout).toMatch(/Summary: 3 batches, 120 changes/)
  expect(readEvents(await eventsIn(running.cwd))).toHaveLength(120)
})

test('- is standard output, with log lines on standard error', async () => {
  const args = [...none, '--events', '-', '--format', 'maxwell', '--total-batches', '3']
  const { code, stdout, stderr, log } = await runCli({ args })
  expect(code).toBe(0)
  expect(readEvents(stdout)).toHaveLength(120)
  expect(stderr.split('\n').slice(0, -1)).toEqual(log)
  expect(log.at(-1)).toMatch(/Change events: 120 events written to standard output$/)
})

test('variables do the same as options, and the summary object tells how many events there were', async () => {
  const env = {
    CDC_EVENTS: 'feed.ndjson',
    CDC_EVENTS_FORMAT: 'canal',
    CDC_EVENT_DUPLICATES: '0.5',
    CDC_EVENT_SHUFFLE: '4',
    CDC_EVENT_LATE: '0.2',
    CDC_JSON: '1',
  }
  const running = await startCli({ args: [...none, '--total-batches', '5'], env })
  const { code, stdout, stderr } = await running.result
  expect(code).toBe(0)
  expect(stderr).toContain('events=feed.ndjson, format=canal, event duplicates=0.5, event shuffle=4, event late=0.2\n')
  const lines = (await eventsIn(running.cwd, 'feed.ndjson')).split('\n').slice(0, -1)
  const summary = JSON.parse(stdout) as object
  expect(summary).toMatchObject({ commits: 5, changes: 200, events: lines.length })
  expect(summary).not.toHaveProperty('verified')
  expect(new Set(lines).size).toBeLessThan(lines.length)
  const ids = lines.map((line) => (JSON.parse(line) as { id: number }).id)
  expect(ids).not.toEqual(ids.toSorted((a, b) => a - b))
})

test('a file has the extras that are asked for, a line each, and begins where it is told to', async () => {
  const extras = ['--event-extras', 'tombstones,transactions,snapshot', '--event-from', '4']
  const args = [...none, '--events', 'events.ndjson', '--format', 'debezium-postgres', '--total-batches', '8']
  const cwd = await useFolder()
  const { stdout } = await runCli({ args: [...args, ...extras], cwd })
  expect(stdout).toContain('event extras=tombstones,transactions,snapshot, event from=4')
  const lines = (await eventsIn(cwd)).split('\n').slice(0, -1)
  const changes = readEvents(lines.join('\n'))
  expect(changes.filter(({ kind }) => kind !== 'read')).toHaveLength(4 * 40)
  expect(changes.findLastIndex(({ kind }) => kind === 'read')).toBe(changes.length - 4 * 40 - 1)
  expect(lines.filter((line) => line === 'null')).toHaveLength(changes.filter(({ kind }) => kind === 'delete').length)
  expect(lines.filter((line) => /"status":"(?:BEGIN|END)"/.test(line))).toHaveLength(2 * 4)
})

test('a file that stood there is written anew', async () => {
  const cwd = await useFolder()
  const args = [...none, '--events', 'events.ndjson', '--total-batches', '1']
  await runCli({ args, cwd })
  await runCli({ args, cwd })
  expect(readEvents(await eventsIn(cwd))).toHaveLength(40)
})

test.for(['none', 'configured'])('with --target %s, Ctrl+C leaves a complete file', async (target) => {
  const { connection } = await useTables()
  const args = ['--continuous', '--batch-interval', '0', '--batch-size', '50', '--events', 'events.ndjson']
  const running = await startCli({ args: [...args, '--target', target], connection })
  await running.printed(/Batch 20 committed/)
  running.child.kill('SIGINT')
  const { code, stdout } = await running.result
  expect(code).toBe(130)
  const commits = Number(/Summary: (\d+) batches/.exec(stdout)?.[1])
  expect(commits).toBeGreaterThanOrEqual(20)
  const changes = readEvents(await eventsIn(running.cwd))
  expect(changes).toHaveLength(commits * 100)
  expect(changes.at(-1)).toMatchObject({ commit: commits, last: true })
})

test('a reader that is slow makes the stream wait, and gets every event', async () => {
  const cwd = await useFolder()
  const pipe = join(cwd, 'pipe')
  await promisify(execFile)('mkfifo', [pipe])
  const { output, code } = await startHere([...none, '--events', pipe, '--total-batches', '600'])
  const reader = createReadStream(pipe, { highWaterMark: 4096 })
  reader.pause()
  onTestFinished(() => void reader.destroy())
  const committed = (): number => output.stdout.split(' committed').length - 1
  while (committed() < 100) await nextTurn()
  // Without a database and an interval, every turn of this thread makes a commit.
  let before = 0
  for (let still = 0; still < 100; still++) {
    if (committed() > before) still = 0
    before = committed()
    await nextTurn()
  }
  expect(before).toBeLessThan(200)
  let lines = 0
  for await (const line of createInterface({ input: reader })) lines += line === '' ? 0 : 1
  expect(lines).toBe(600 * 40)
  expect(await code).toBe(0)
})

test('a full disk under the events ends the run in one line', async () => {
  const result = await runCli({ args: [...none, '--events', '/dev/full', '--total-batches', '500'] })
  expectOneLine(result, 1, ['/dev/full', 'ENOSPC'])
  expect(result.stdout).toMatch(/Summary: \d+ batch/)
})

test('a reader of the events that goes away ends the run in one line', async () => {
  const running = await startCli({ args: [...none, '--events', '-', '--continuous'] })
  await once(running.child.stdout!, 'data')
  running.child.stdout?.destroy()
  const result = await running.result
  expectOneLine({ ...result, stdout: '' }, 1, ['standard output', 'EPIPE'])
})

test('events of commits before the stream failed are written', async () => {
  const { client, connection, schema } = await useTables()
  const args = ['--continuous', '--batch-interval', '0.05', '--batch-size', '20', '--events', 'events.ndjson']
  const running = await startCli({ args, connection })
  await running.printed(/Batch 3 committed/)
  await client.query(`DROP TABLE ${schema}.store_returns_heap`)
  const result = await running.result
  expectOneLine(result, 1, /store_returns_heap/)
  const commits = Number(/Summary: (\d+) batches/.exec(result.stdout)?.[1])
  expect(readEvents(await eventsIn(running.cwd))).toHaveLength(commits * 40)
})

test.for<[string, string[], Named]>([
  ['no events without a database', ['--target', 'none'], ['--events', '--record', '--target none', 'CDC_EVENTS']],
  ['a format without events', ['--format', 'canal'], ['--events', '--format']],
  ['a fault without events', ['--event-late', '0.1'], ['--events', '--event-late']],
  ['an unknown format', ['--events', 'e', '--format', 'avro'], ['--format', '`avro`']],
  ['two things on standard output', ['--events', '-', '--json'], ['--events', '--json']],
  ['a share above 1', ['--events', 'e', '--event-duplicates', '2'], /`faults.duplicates`.*got `2`.*--event-duplicates/],
  ['half a place', ['--events', 'e', '--event-shuffle', '1.5'], /`faults.shuffle`.*got `1.5`.*--event-shuffle/],
  ['a negative share', ['--events', 'e', '--event-late', '-1'], /`faults.late`.*got `-1`.*--event-late/],
  ['a data folder without a database', ['--target', 'none', '--events', 'e', '--data-dir', 'd'], /--data-dir/],
  ['Kafka without its client', [...none, '--events', 'kafka://127.0.0.1:1/t'], ['@platformatic/kafka', 'npm install']],
  ['no broker', [...none, '--events', 'kafka:///t'], ['--events', 'HOST:PORT']],
  ['a port that is none', [...none, '--events', 'kafka://h:x/t'], ['--events', 'h:x']],
  ['a topic with a slash', [...none, '--events', 'kafka://h/a/b'], ['--events', 'a/b']],
  ['an option that Kafka has not', [...none, '--events', 'kafka://h/t?acks=1'], ['--events', 'acks']],
  ['a user for Kafka', [...none, '--events', 'kafka://u:s3cret@h/t'], /^(?!.*s3cret).*--events/],
  [
    'an extra of Canal',
    [...none, '--events', 'e', '--format', 'canal', '--event-extras', 'tombstones'],
    ['tombstones', 'canal'],
  ],
  ['an unknown extra', [...none, '--events', 'e', '--event-extras', 'tombstones,beats'], ['--event-extras', 'beats']],
  ['extras without events', ['--event-extras', 'heartbeats'], ['--events', '--event-extras']],
  ['a folder that is not there', ['--target', 'none', '--events', 'no/e'], ['no/e', '--events']],
])('%s is refused in one line', async ([, args, line]) => {
  const result = await runHere(args)
  expectOneLine(result, 2, line)
  for (const file of ['mock-data.log', 'e']) {
    await expect(access(join(result.cwd, file))).rejects.toThrow('ENOENT')
  }
})
