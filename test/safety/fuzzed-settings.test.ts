import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import fc from 'fast-check'
import { escapeLiteral } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import type { CliHost } from '../../src/cli/host.js'
import { run } from '../../src/cli/run.js'
import { OptionsError } from '../../src/errors.js'
import { sharedWorker } from '../../src/driver/shared-worker.js'
import { connect } from '../../src/database/postgres/connect.js'
import { readContainerSettings } from '../../src/database/container/container-settings.js'
import { connectionVariables } from '../cli/support/cli-process.js'
import { runs } from '../support/arbitraries.js'
import { testConnection, useClient, useSchema } from '../support/server.js'
import { hostileCalls, type HostileCall, SECRET } from './support/hostile-settings.js'

const CASES = process.env['CDC_TEST_ALL'] === '1' ? 2_000 : 100
/** Milliseconds after which a stream that works is told to end, from its first batch; and one that has none yet. */
const [AFTER_FIRST, WITHOUT_ANY] = [100, 3_000]
const HANG = 30_000

interface Outcome {
  readonly code: number | 'hang'
  readonly stdout: string
  readonly stderr: string
  readonly files: string
}

/** Runs the command in this process until it ends; a stream that works is interrupted. */
async function runBriefly(call: HostileCall, base: Readonly<Record<string, string>>): Promise<Outcome> {
  const cwd = await mkdtemp(join(process.cwd(), 'case-'))
  if (call.dotenv !== undefined) await writeFile(join(cwd, '.env'), call.dotenv)
  const listeners = new Set<(signal: NodeJS.Signals) => void>()
  let interrupted = false
  // Once: a second signal asks for another end, and where the machine is slow both timers may come while the stream ends.
  const interrupt = (): void => {
    if (interrupted) return
    interrupted = listeners.size > 0
    listeners.forEach((listener) => listener('SIGINT'))
  }
  const timers = [setTimeout(interrupt, WITHOUT_ANY)]
  const output = { stdout: '', stderr: '' }
  const capture = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write: (chunk, _, done) => {
        output[name] += String(chunk)
        if (timers.length === 1 && String(chunk).includes('Batch 1 committed')) {
          timers.push(setTimeout(interrupt, AFTER_FIRST))
        }
        done()
      },
    })
  const host: CliHost = {
    env: { ...base, ...call.env },
    cwd: () => cwd,
    stdout: capture('stdout'),
    stderr: capture('stderr'),
    on: (_, listener) => listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
    exit: (code) => {
      throw new Error(`exit(${code})`)
    },
  }
  const late = new AbortController()
  const hang = once(AbortSignal.any([AbortSignal.timeout(HANG), late.signal]), 'abort').then(() => 'hang' as const)
  const code = await Promise.race([run(call.argv, host), hang])
  late.abort()
  timers.forEach((timer) => clearTimeout(timer))
  const names = await readdir(cwd, { recursive: true, withFileTypes: true })
  const own = names.filter((entry) => entry.isFile() && entry.name !== '.env' && entry.parentPath === cwd)
  const files = await Promise.all(own.map(({ name }) => readFile(join(cwd, name), 'utf8')))
  await rm(cwd, { recursive: true, force: true })
  return { code, ...output, files: files.join('\n') }
}

function expectClear({ code, stdout, stderr, files }: Outcome, hasSecret: boolean): void {
  const everything = `${stdout}${stderr}${files}`
  if (hasSecret) expect(everything).not.toMatch(/geheim4711/)
  expect(everything).not.toMatch(/^\s*at .*[(:]\d+/m)
  expect(code).toBeOneOf([0, 1, 2, 130])
  const lines = stderr.split('\n').slice(0, -1)
  const errors = lines.filter((line) => /^error: | - ERROR - /.test(line))
  // Each line is one of ours, so none is the second one of something else.
  for (const line of lines)
    expect(line).toMatch(/^(error: |warning: |\d{4}-\d\d-\d\d \d\d:\d\d:\d\d - (INFO|WARNING|ERROR) - )\S/)
  expect(errors).toHaveLength(code === 0 || code === 130 ? 0 : 1)
  const clear =
    /^(error: |.* - ERROR - )(Expected .+\.|(unknown )?option '.+|missing required argument '.+|too many arguments.+)$/
  for (const line of errors) expect(line).toMatch(clear)
}

test(`${CASES} hostile settings: a stream that works, or one clear line`, { timeout: 1_800_000 }, async () => {
  // Relative paths are looked for here; the account of an embedded server must be able to enter.
  const before = process.cwd()
  const folder = await mkdtemp(join(tmpdir(), 'cdc-fuzz-'))
  await chmod(folder, 0o755)
  process.chdir(folder)
  // The thread would be started for every case.
  const release = sharedWorker.hold()
  onTestFinished(async () => {
    release()
    process.chdir(before)
    await rm(folder, { recursive: true, force: true })
  })

  const { schema } = await useSchema()
  const user = `f_${randomBytes(6).toString('hex')}`
  const admin = await useClient()
  const { database } = testConnection()
  await admin.query(`CREATE ROLE ${user} LOGIN PASSWORD ${escapeLiteral(SECRET)}`)
  await admin.query(`GRANT CREATE ON DATABASE ${database} TO ${user}; GRANT ALL ON SCHEMA ${schema} TO ${user}`)
  onTestFinished(async () => {
    const client = await connect(testConnection())
    await client.query(`DROP OWNED BY ${user} CASCADE; DROP ROLE ${user}`)
    await client.end()
  })
  const base = {
    ...connectionVariables({ ...testConnection(), user, password: SECRET, schema }),
    CDC_BATCHES: '2',
    CDC_BATCH_SIZE: '5',
    CDC_INTERVAL: '0',
    CDC_CREATE_TABLES: '1',
  }

  const codes = new Map<number | 'hang', number>()
  await fc.assert(
    fc.asyncProperty(hostileCalls(), async (call) => {
      const outcome = await runBriefly(call, base)
      codes.set(outcome.code, (codes.get(outcome.code) ?? 0) + 1)
      // Where the variable for the password, or that of a public name, was the hostile one, it is no secret.
      const hasSecret = !Object.entries(call.env).some(
        ([name, text]) => name === 'CLOUDBERRY_PASSWORD' || (name.startsWith('CLOUDBERRY_') && text === SECRET),
      )
      expectClear(outcome, hasSecret)
    }),
    { numRuns: CASES, endOnFailure: true },
  )
  // Both outcomes were met, so that neither hides a harness that gets nowhere.
  for (const code of [0, 1, 2]) expect(codes.get(code) ?? 0, `exit code ${code}`).toBeGreaterThan(CASES / 50)
})

test('hostile variables for a container: settings, or one clear error', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('1', 'postgres', '(', '[', '*', 'NaN', '-1', '1e999'),
  )
  const environments = fc.record(
    { CDC_CONTAINER_IMAGE: text, CDC_CONTAINER_KIND: text, CDC_CONTAINER_TIMEOUT: text, CDC_CONTAINER_READY: text },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(environments, (environment) => {
      try {
        expect(readContainerSettings(environment).image).toMatch(/^\S+$/)
      } catch (error) {
        if (!(error instanceof OptionsError)) throw error
        expect(error.message).toMatch(/^Expected [^]* Set CDC_CONTAINER_\w+\.$/)
      }
    }),
    runs(300),
  )
})
