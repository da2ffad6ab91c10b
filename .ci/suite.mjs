/*
 * `npm run suite NAME [-- ARGUMENT…]`: runs a suite of tests that `npm test` does not run, with what it needs. Packages of npm
 * are installed beside it; those of Debian in CI, as root (see install/debian.mjs). What cannot be had is skipped by the tests,
 * and a line says so. The arguments go to Vitest, or to the script that is the suite. CDC_TEST_REPORT names the file for Vitest's report.
 */
import { installClients } from './install/clients.mjs'
import { findChromium, installDebian } from './install/debian.mjs'
import { installJars } from './install/jars.mjs'
import { installMakers } from './install/makers.mjs'
import { installPipelines } from './install/pipelines.mjs'
import { installPackages, run } from './install/packages.mjs'
import { installThisPackage } from './install/this-package.mjs'

/** What a suite needs from Debian and from npm; and what it runs, where that is not the project of this name in vitest.config.ts. */
const suites = {
  slow: {},
  docs: {},
  cluster: { command: ['node', '--import', 'tsx', 'test/cluster/main.ts'] },
  dom: { install: () => installThisPackage(['test/dom']) },

  // The packed package, in projects of its own outside of the repository.
  examples: { command: ['bash', '.ci/packed/examples.sh'] },
  types: { command: ['bash', '.ci/packed/types.sh'] },
  compat: { command: ['bash', '.ci/packed/compat.sh'] },
  'quick-start': { command: ['node', '.ci/packed/quick-start.mjs'] },

  // The same changes on Node.js 20, 22 and 24.
  golden: { command: ['bash', '.ci/golden.sh'] },

  brokers: {
    debian: ['default-jdk-headless', 'maven'],
    install: () => {
      installJars('test/brokers/kafka')
      installChecked('test/brokers')
    },
  },
  browser: { debian: ['chromium'] },
  ui: { debian: ['chromium'], install: () => installThisPackage(['test/ui/vitest-4', 'test/ui/vitest-5']) },
  clients: { debian: ['postgresql-client', 'python3-venv', 'default-jdk-headless'], install: installClients },
  drivers: { debian: ['mariadb-server'], install: () => installChecked('test/drivers') },
  mysql: { debian: ['mariadb-server'], install: () => installChecked('test/mysql') },
  feeds: {
    debian: ['postgresql-15', 'postgresql-15-wal2json', 'mariadb-server', 'default-jdk-headless', 'maven'],
    install: () => {
      installJars('test/feeds/debezium', ['Capture.java'])
      installChecked('test/feeds')
    },
  },
  makers: { debian: ['python3-venv'], install: installMakers },
  pipelines: {
    debian: [
      'postgresql-15',
      'postgresql-15-wal2json',
      'mariadb-server',
      'python3-venv',
      'default-jdk-headless',
      'maven',
    ],
    install: () => {
      installPipelines()
      installJars('examples/pipelines/debezium')
      installJars('test/brokers/kafka')
      installChecked('examples/pipelines')
    },
  },
  poolers: { debian: ['pgbouncer'] },
  containers: {
    debian: ['docker.io', 'busybox-static', 'postgresql-client', 'mariadb-server'],
    command: ['bash', '.ci/containers.sh'],
  },
}

/** The types of these need what is installed, so `npm run typecheck` cannot check them. */
function installChecked(folder) {
  installPackages(folder)
  run('npx', ['tsc', '-p', folder])
}

const [name, ...args] = process.argv.slice(2)
if (name === undefined || !Object.hasOwn(suites, name)) {
  console.error(`Expected one of ${Object.keys(suites).join(', ')}, got ${name ?? 'nothing'}.`)
  process.exit(1)
}
const { debian = [], install, command = ['npx', 'vitest', 'run', '--project', name] } = suites[name]
installDebian(debian)
await install?.()
const chromium = findChromium()
const [program, ...first] = command
run(program, [...first, ...args], { env: { ...process.env, ...(chromium && { CHROMIUM: chromium }) } })
