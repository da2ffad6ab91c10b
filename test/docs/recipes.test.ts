import { readdir, readFile } from 'node:fs/promises'
import { parse as parseEnv } from 'dotenv'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import manifest from '../../package.json' with { type: 'json' }
import { optionsOf } from '../../src/options/option-table.js'
import { variables } from '../../docs/scripts/variables.js'

const folder = new URL('../../docs/snippets/', import.meta.url)
const known = [...Object.keys(variables), ...optionsOf('command').map(([, { command }]) => command?.variable)]

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly 'runs-on'?: string
  readonly steps?: readonly Step[]
  readonly image?: string
  readonly script?: readonly string[]
  readonly variables?: Readonly<Record<string, unknown>>
}

const recipes = await readdir(new URL('ci/', folder))

test.for(recipes)('%s installs, runs Vitest, and sets variables that there are', async (name) => {
  const recipe = parse(await readFile(new URL(`ci/${name}`, folder), 'utf8')) as { jobs?: Record<string, Job> }
  const jobs = Object.values(recipe.jobs ?? (recipe as Record<string, Job>))
  expect(jobs).toHaveLength(1)
  for (const { 'runs-on': machine, steps = [], image, script = [], variables: set = {} } of jobs) {
    expect(machine ?? image).toMatch(/^ubuntu-latest$|^node:24$/)
    for (const step of steps) expect(step.uses ?? step.run).toBeTypeOf('string')
    const commands = [...steps.flatMap(({ run }) => run ?? []), ...script]
    expect(commands[0]).toBe('npm ci')
    expect(commands[1]).toMatch(/^npx vitest run\b/)
    const names = [...steps.flatMap(({ env = {} }) => Object.keys(env)), ...Object.keys(set)]
    expect(names.filter((variable) => !known.includes(variable))).toEqual([])
  }
})

test('the variables of `.env` are all that describe a server', async () => {
  const described = Object.keys(parseEnv(await readFile(new URL('cluster.env', folder), 'utf8')))
  const connection = Object.keys(variables).filter((name) => name.startsWith('CLOUDBERRY_'))
  expect(described).toEqual(connection.filter((name) => name !== 'CLOUDBERRY_SSLROOTCERT'))
})

test('the reporter and the global setup of the config are entries of the package', async () => {
  const { default: reporterConfig } = (await import(new URL('reporter.config.ts', folder).href)) as {
    default: { test: { globalSetup: string[]; reporters: (string | [string, object])[] } }
  }
  const { test: config } = reporterConfig
  const named = [...config.globalSetup, ...config.reporters.flat()].filter((name) => typeof name === 'string')
  const entries = named.filter((name) => name !== 'default').map((name) => name.replace(manifest.name, '.'))
  expect(Object.keys(manifest.exports)).toEqual(expect.arrayContaining(entries))
  expect(entries).toEqual(['./global-setup', './reporter'])
  expect(config.reporters).toContainEqual([
    'vitest-cloudberry-cdc/reporter',
    { outputFile: expect.any(String) as string },
  ])
})
