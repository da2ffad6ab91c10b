import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { optionsOf } from '../../src/options/option-table.js'
import { readCommandLine } from '../../src/cli/command-line.js'
import { readEnvironment } from '../../src/database/connection/environment.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

// Its declarations do not compile under the rules of this project: they are asked below, by rules of their own.
const { Job } = createRequire(import.meta.url)('kubernetes-models/batch/v1/Job') as {
  readonly Job: new (manifest: object) => { validate(): void }
}

/** What is looked at of a manifest, when it is known to be one. */
interface Manifest {
  readonly spec: {
    readonly completions: number
    readonly parallelism: number
    readonly template: { readonly spec: { readonly containers: readonly [Container] } }
  }
}

interface Container {
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value?: string }[]
}

async function readJob(): Promise<Manifest> {
  return parse(await readFile(join(root, 'examples/scale-out/job.yaml'), 'utf8')) as Manifest
}

/** What TypeScript says about a manifest; unlike the schema it knows of names that are not there. */
async function typeErrors(job: unknown): Promise<string> {
  const folder = await mkdtemp(join(root, 'node_modules/.job-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'job.mts')
  const text = `import type { IJob } from 'kubernetes-models/batch/v1/Job'\nexport const job: IJob = ${JSON.stringify(job)}\n`
  await writeFile(file, text)
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const args = [tsc, '--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--types', '', file]
  return promisify(execFile)(process.execPath, args).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  )
}

test('the manifest of the example is a Job, as Kubernetes defines one', async () => {
  const job = await readJob()
  new Job(job).validate()
  expect(await typeErrors(job)).toBe('')
  const { spec } = job
  // Both checks see what is wrong.
  expect(() => new Job({ ...job, spec: { ...spec, completions: '4' } }).validate()).toThrow(/must be integer/)
  expect(await typeErrors({ ...job, spec: { ...spec, completionsMode: 'Indexed' } })).toMatch(/completionsMode/)
})

test('its pods are told what a shard needs, by names that the command knows', async () => {
  const { spec } = await readJob()
  expect(spec).toMatchObject({ completionMode: 'Indexed', template: { spec: { restartPolicy: 'Never' } } })
  const { command, args, env } = spec.template.spec.containers[0]
  expect([command.at(-2), command.at(-1)]).toEqual(['--package=vitest-cloudberry-cdc', 'cloudberry-cdc'])
  const known = optionsOf('command').map(([, { command }]) => command?.variable)
  for (const { name } of env) expect(name).toMatch(new RegExp(`^(${known.join('|')}|CLOUDBERRY_[A-Z]+)$`))
  const shards = env.find(({ name }) => name === 'CDC_SHARDS')?.value
  expect([spec.completions, spec.parallelism].map(String)).toEqual([shards, shards])
  const ignored = { out: () => undefined, err: (text: string) => expect(text).toBe('') }
  expect(readCommandLine(args, ignored)).toHaveProperty('typed')
  // What Kubernetes adds is read as well.
  expect(readEnvironment({ dotenv: false, env: { JOB_COMPLETION_INDEX: '0' } })).toEqual({ JOB_COMPLETION_INDEX: '0' })
})
