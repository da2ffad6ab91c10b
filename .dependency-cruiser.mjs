/** The folders of src/, each of which may import only from itself and those before it. `src/errors.ts` is before all of them. */
const order = [
  'tables',
  'plan',
  'ledger',
  'events',
  'match',
  'audit',
  'database',
  'brokers',
  'writer',
  'query',
  'options',
  'preflight',
  'inspect',
  'wire',
  'driver',
  'stream',
  'explore',
  'mutate',
  'shards',
  'report',
  'cli',
]

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...order.map((folder, index) => ({
      name: `${folder}-imports-from-those-before-it`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: [`^src/(${order.slice(0, index + 1).join('|')})/`, '^src/errors\\.ts$'] },
    })),
    {
      name: 'errors-imports-nothing',
      severity: 'error',
      from: { path: '^src/errors\\.ts$' },
      to: {},
    },
    {
      name: 'engine-is-not-the-command-line',
      comment: 'Who imports the engine does not load commander and the report.',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: '^src/(cli|report)/' },
    },
    {
      name: 'no-folder-outside-of-the-order',
      comment: 'A new folder of src/ gets its place in the list above.',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: `^src/(${order.join('|')})/` },
    },
    {
      name: 'src-knows-no-vitest-and-no-fixtures',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: ['^fixtures/', '^node_modules/(vitest|@vitest|fast-check)/'] },
    },
    {
      name: 'fixtures-do-not-know-the-command-line',
      severity: 'error',
      from: { path: '^fixtures/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'only-dialects-know-the-driver',
      comment:
        'Others see a database by `src/database/client.ts`. What is public about the driver: the pools of a test, and the client of `during()`.',
      severity: 'error',
      from: {
        path: '^(src|fixtures)/',
        pathNot: [
          '^src/database/(postgres|cloudberry)/',
          '^src/stream/(cdc-stream|rerunnable-stream|stream-run|between-commits)\\.ts$',
          '^fixtures/(database/cloudberry|job/(job|own-reads))\\.ts$',
        ],
      },
      to: { path: ['/pg/', '/pg-copy-streams/'] },
    },
    {
      name: 'dialects-stand-behind-their-port',
      comment:
        'What is policy stays apart from what is SQL; `quote.ts` and `key-sql.ts` are for rooms that write SQL of their own.',
      severity: 'error',
      from: {
        path: '^(src|fixtures)/',
        pathNot: ['^src/database/', '^src/stream/between-commits\\.ts$', '^fixtures/database/cloudberry\\.ts$'],
      },
      to: { path: '^src/database/(postgres|cloudberry)/', pathNot: '^src/database/postgres/(quote|key-sql)\\.ts$' },
    },
    {
      name: 'no-circles',
      comment: 'Imports of types count as well.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'only-what-users-install',
      comment: 'A devDependency is not there in the project of a user, unless it is a peer, or the build takes it in.',
      severity: 'error',
      // From source, and only then, worker threads load TypeScript by tsx.
      from: { path: '^(src|fixtures)/', pathNot: '^src/driver/worker-boot\\.mjs$' },
      to: {
        pathNot: 'node_modules/(commander|dotenv|ora|p-retry|pg-copy-streams|prom-client|rotating-file-stream|zod)/',
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown'],
        dependencyTypesNot: ['npm-peer', 'npm', 'type-only'],
      },
    },
    {
      name: 'everything-is-found',
      severity: 'error',
      from: { pathNot: '^src/driver/worker-boot\\.mjs$' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Imports of types count as well.
    tsPreCompilationDeps: 'specify',
  },
}
