import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Packages of Debian, and whether what the tests need of them is here. */
const packages = {
  'busybox-static': () => isProgram('busybox'),
  chromium: () => findChromium() !== undefined,
  'default-jdk-headless': () => isProgram('javac'),
  'docker.io': () =>
    isProgram('docker') && (isProgram('dockerd') || spawnSync('docker', ['info'], { timeout: 10_000 }).status === 0),
  maven: () => isProgram('mvn'),
  'mariadb-server': () => isProgram('mariadbd'),
  pgbouncer: () => isProgram('pgbouncer'),
  'postgresql-15': () => existsSync('/usr/lib/postgresql/15/bin/postgres'),
  'postgresql-15-wal2json': () => existsSync('/usr/lib/postgresql/15/lib/wal2json.so'),
  'postgresql-client': () => isProgram('psql'),
  'python3-venv': () => spawnSync('python3', ['-c', 'import ensurepip'], { stdio: 'ignore' }).status === 0,
}

/** The browser of CHROMIUM, else Debian's, else the one that others install. */
export function findChromium() {
  return process.env['CHROMIUM'] || findProgram('chromium') || findProgram('google-chrome')
}

function isProgram(name) {
  return findProgram(name) !== undefined
}

function findProgram(name) {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/**
 * Installs what is missing, in CI, as root and where there is apt-get. Otherwise the tests that need it are skipped, and say so;
 * here are the last lines of why.
 */
export function installDebian(names) {
  const missing = names.filter((name) => !packages[name]())
  if (missing.length === 0 || !process.env['CI'] || process.getuid?.() !== 0 || !isProgram('apt-get')) return
  const install = ['install', '--yes', '--no-install-recommends', ...missing]
  const first = aptGet(install)
  if (first.status === 0) return
  aptGet(['update'])
  const second = aptGet(install)
  if (second.status !== 0) console.log(`${first.output}${second.output}`.trimEnd().split('\n').slice(-5).join('\n'))
}

/** One after the other, as apt-get fails while another one runs. */
function aptGet(args) {
  const lock = join(tmpdir(), 'vitest-cloudberry-cdc-apt.lock')
  const { status, stdout, stderr } = spawnSync('flock', [lock, 'timeout', '400', 'apt-get', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return { status, output: `${stdout}${stderr}` }
}
