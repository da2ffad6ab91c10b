import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Gets what the pom.xml of a folder lists into its `lib`, and compiles the sources beside it, unless that is done. Tests are
 * skipped where `lib/.installed` is missing.
 */
export function installJars(folder, sources = []) {
  const wanted = ['pom.xml', ...sources].map((file) => readFileSync(join(folder, file), 'utf8')).join('')
  const lib = join(folder, 'lib')
  const installed = join(lib, '.installed')
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return
  rmSync(lib, { recursive: true, force: true })
  const run = (command, args) => spawnSync(command, args, { cwd: folder, stdio: 'inherit' }).status === 0
  const isInstalled =
    run('mvn', ['--batch-mode', '--quiet', 'dependency:copy-dependencies', '-DoutputDirectory=lib']) &&
    sources.every((source) => run('javac', ['-cp', 'lib/*', '-d', 'lib', source]))
  if (isInstalled) writeFileSync(installed, wanted)
  else console.log(`The jars of ${folder} could not be installed.`)
}
