// Installs the packages of suites of their own, unless they are there, and this package as it is built beside them:
// `node install-with-package.mjs test/dom`.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
}

for (const folder of process.argv.slice(2).map((name) => resolve(name))) {
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  const installed = join(folder, 'node_modules', '.installed.json')
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
    run('npm', ['ci', '--no-audit', '--no-fund'], folder)
    writeFileSync(installed, lock)
  }
  const own = join(folder, 'node_modules', 'vitest-cloudberry-cdc')
  rmSync(own, { recursive: true, force: true })
  mkdirSync(own, { recursive: true })
  copyFileSync(join(root, 'package.json'), join(own, 'package.json'))
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', join(own, 'dist')], root)
}
