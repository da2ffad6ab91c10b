import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config'

/** Tests that start, kill and attack many processes and servers. Apart, so that `npm test` stays short. */
const slow = [
  'test/faults/**/*.test.ts',
  'test/safety/**/*.test.ts',
  'test/docs/commands.test.ts',
  'test/cli/{audit,difference,events,inspect,interrupt,long-runs,metrics,npm-start,outage,refusal,remote,replay,report,resume,run,shards}.test.ts',
  'test/driver/remote-pool.test.ts',
  'test/stream/{agreement,audit,audit-grades,clocks,during,families,keys,own-table-types,hazards,lost-reads,overlap,own-locks,resume,script,search-path,shards,stop-while-away,threads}.test.ts',
  'test/writer/{exactly-once,hazards-in-doubt,interference,segment-faults,session-limits}.test.ts',
  'test/fixtures/{evidence,explore,explore-edges,extensions,foreign-schema,fresh-reads,histories,in-describe,isolation,keep,life-and-death,lost-sessions,matchers,mutate,pace,queries,replay,replication-slots,reporter,run-script,signals,strike}.test.ts',
  'test/mutate/many-mutants.test.ts',
  'test/inspect/*.test.ts',
  'test/database/{tls,embedded/*}.test.ts',
  'test/options/one-row.test.ts',
  'test/preflight/partitions.test.ts',
  'test/tables/types/*.test.ts',
  'test/query/{kinds-of-tables,under-load}.test.ts',
  'test/scale-out/run-four.test.ts',
]

const server = 'test/support/global-setup.ts'
// The first start of a real cluster takes minutes.
const patience = process.env['CDC_CONTAINER_IMAGE'] ? 10 : 1
const source = (path: string): string => `${import.meta.dirname}/${path}`

/** Snippets and examples import the package by its name, as users do. */
const packageNames = {
  'vitest-cloudberry-cdc/arbitraries': source('fixtures/arbitraries/index.ts'),
  'vitest-cloudberry-cdc/engine': source('src/index.ts'),
  'vitest-cloudberry-cdc/matchers': source('fixtures/matchers/index.ts'),
  'vitest-cloudberry-cdc': source('fixtures/index.ts'),
}

/** What `npm test` runs. The other suites take long, or need more than `npm ci` installs. */
const quick = suite('quick', {
  include: ['test/**/*.test.ts'],
  exclude: [
    'test/{brokers,browser,clients,cluster,container,dom,drivers,feeds,makers,mysql,poolers,ui,vacuous}/**',
    '**/node_modules/**',
    // Projects that a run beside this one made.
    'test/.runs/**',
    ...slow,
  ],
  globalSetup: server,
  // Most tests wait for a server or another process.
  maxWorkers: 3,
})

const others = [
  suite('slow', { include: slow, globalSetup: server, maxWorkers: 3, testTimeout: 90_000 }),
  suite(
    'docs',
    {
      include: ['docs/snippets/**/*.test.ts', 'test/vacuous/*.test.ts'],
      exclude: ['docs/snippets/brokers/**'],
      globalSetup: 'fixtures/global-setup.ts',
      maxWorkers: 2,
    },
    packageNames,
  ),
  suite(
    'brokers',
    {
      include: ['test/brokers/*.test.ts', 'docs/snippets/brokers/*.test.ts'],
      globalSetup: ['fixtures/global-setup.ts', 'test/brokers/global-setup.ts'],
      maxWorkers: 2,
    },
    {
      ...packageNames,
      // What the command line loads for Kafka is installed there only.
      '@platformatic/kafka': source('test/brokers/node_modules/@platformatic/kafka/dist/index.js'),
    },
  ),
  suite('browser', { include: ['test/browser/**/*.test.ts'] }),
  // Java compiles its job each time.
  suite('clients', { include: ['test/clients/*.test.ts'], globalSetup: server, testTimeout: 180_000 }),
  suite('cluster', {
    include: ['test/cluster/*.test.ts'],
    globalSetup: 'test/cluster/global-setup.ts',
    maxWorkers: 2,
    testTimeout: 120_000,
  }),
  suite(
    'containers',
    {
      include: ['test/container/**/*.test.ts'],
      globalSetup: 'test/container/support/engine.ts',
      maxWorkers: 1,
      testTimeout: 60_000 * patience,
      hookTimeout: 60_000 * patience,
    },
    { 'vitest-cloudberry-cdc/container': source('src/database/container/index.ts') },
  ),
  suite('dom', { include: ['test/dom/*.test.ts'], maxWorkers: 2, testTimeout: 90_000 }),
  // A process of its own: the time zone changes under it.
  suite(
    'drivers',
    { include: ['test/drivers/*.test.ts'], globalSetup: 'test/drivers/global-setup.ts', pool: 'forks' },
    // What an audit loads for its sinks is installed there only.
    {
      '@duckdb/node-api': source('test/drivers/node_modules/@duckdb/node-api/lib/index.js'),
      'mysql2/promise': source('test/drivers/node_modules/mysql2/promise.js'),
    },
  ),
  suite('feeds', {
    include: ['test/feeds/*.test.ts'],
    globalSetup: ['fixtures/global-setup.ts', 'test/feeds/global-setup.ts'],
    maxWorkers: 2,
  }),
  suite('makers', {
    include: ['test/makers/*.test.ts'],
    globalSetup: server,
    testTimeout: 600_000,
    hookTimeout: 60_000,
  }),
  // One after the other: each has servers, a JVM or Python at work.
  suite(
    'pipelines',
    {
      include: ['examples/pipelines/*/*.test.ts'],
      globalSetup: ['fixtures/global-setup.ts', 'examples/pipelines/support/global-setup.ts'],
      maxWorkers: 1,
      testTimeout: 120_000,
    },
    packageNames,
  ),
  suite('mysql', {
    include: ['test/mysql/*.test.ts'],
    globalSetup: 'test/mysql/global-setup.ts',
    maxWorkers: 2,
    testTimeout: 90_000,
  }),
  suite('poolers', { include: ['test/poolers/*.test.ts'], globalSetup: server }),
  suite('ui', { include: ['test/ui/*.test.ts'], maxWorkers: 1, testTimeout: 120_000 }),
]

function suite(
  name: string,
  test: NonNullable<TestProjectInlineConfiguration['test']>,
  alias: Readonly<Record<string, string>> = {},
): TestProjectInlineConfiguration {
  return { resolve: { alias }, test: { name, testTimeout: 60_000, hookTimeout: 120_000, ...test } }
}

// Without a project's or a test file's name, `vitest` is `npm test`.
const isNamed = process.argv.some((arg) => /^--project\b|\.test\.ts(:\d+)?$/.test(arg))
const projects = (isNamed ? [quick, ...others] : [quick]).map((project, index) => ({
  ...project,
  // Projects with different numbers of workers run one after the other.
  test: { ...project.test, sequence: { groupOrder: index } },
}))

// `.ci/run` counts tests from this file, so that the test command itself stays the one that the README gives.
const report = process.env['CDC_TEST_REPORT']

const config: ViteUserConfig = defineConfig({
  test: {
    projects,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
