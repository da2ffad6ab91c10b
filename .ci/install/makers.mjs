import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const folder = 'test/makers'
const got = join(folder, '.got')
const run = (command, args, cwd) =>
  spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000 }).status === 0

/**
 * Gets the packages whose schemas the suite streams, of pinned versions and with checksums, into a folder that git ignores.
 * What cannot be had is skipped, with a line; its test says so, too.
 */
export async function installMakers() {
  mkdirSync(got, { recursive: true })
  const packages = JSON.parse(readFileSync(join(folder, 'packages.json'), 'utf8'))
  for (const [name, source] of Object.entries(packages)) {
    if (!(await obtain(name, source))) console.log(`The schema of ${name} is skipped: it could not be had.`)
  }
  if (!installPython()) console.log('The schemas of Python are skipped: it could not be installed.')
}

async function obtain(name, source) {
  const place = join(got, name)
  const mark = join(place, '.sha256')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === source.sha256) return true
  rmSync(place, { recursive: true, force: true })
  const work = mkdtempSync(join(tmpdir(), 'cdc-maker-'))
  try {
    const file = await download(source, work)
    if (file === undefined) return false
    const sum = createHash('sha256').update(readFileSync(file)).digest('hex')
    if (sum !== source.sha256) {
      console.log(`Expected ${basename(file)} with the checksum ${source.sha256}, got ${sum}.`)
      return false
    }
    const unpacked = join(work, 'unpacked')
    mkdirSync(unpacked)
    if (!unpack(file, unpacked)) return false
    spawnSync('cp', ['-r', unpacked, place])
    writeFileSync(mark, source.sha256)
    return true
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Returns the file; undefined where it cannot be had. */
async function download({ npm, pypi, url }, work) {
  if (npm !== undefined && !run('npm', ['pack', '--silent', npm], work)) return undefined
  const wheel = ['--no-deps', '--only-binary=:all:', '--platform=manylinux_2_28_x86_64', '--python-version=3.11']
  if (pypi !== undefined && !run('python3', ['-m', 'pip', 'download', '--quiet', ...wheel, pypi], work))
    return undefined
  if (url !== undefined) {
    const answer = await fetch(url).catch(() => undefined)
    if (!answer?.ok) return undefined
    writeFileSync(join(work, basename(url)), Buffer.from(await answer.arrayBuffer()))
  }
  const [file] = readdirSync(work)
  return file && join(work, file)
}

function unpack(file, into) {
  if (file.endsWith('.tgz')) return run('tar', ['xzf', file, '-C', into, '--strip-components=1'])
  if (/\.(?:whl|jar)$/.test(file)) return run('python3', ['-m', 'zipfile', '-e', file, into])
  renameSync(file, join(into, basename(file)))
  return true
}

function installPython() {
  const venv = join(got, 'python')
  const wanted = readFileSync(join(folder, 'requirements.txt'), 'utf8')
  const mark = join(venv, '.installed')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return true
  const pip = ['install', '--quiet', '--only-binary=:all:', '-r', join(folder, 'requirements.txt')]
  if (!run('python3', ['-m', 'venv', '--clear', venv]) || !run(join(venv, 'bin/pip'), pip)) return false
  writeFileSync(mark, wanted)
  return true
}
