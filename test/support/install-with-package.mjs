// Installs the packages of suites of their own, unless they are there, and this package as it is built beside them:
// `node install-with-package.mjs test/dom`.
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
}

const folders = process.argv.slice(2).map((name) => resolve(name))
for (const folder of folders) {
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  const installed = join(folder, 'node_modules', '.installed.json')
  if (existsSync(installed) && readFileSync(installed, 'utf8') === lock) continue
  run('npm', ['ci', '--no-audit', '--no-fund'], folder)
  writeFileSync(installed, lock)
}

const [first, ...others] = folders.map((folder) => join(folder, 'node_modules', 'vitest-cloudberry-cdc'))
for (const own of [first, ...others]) rmSync(own, { recursive: true, force: true })
mkdirSync(first, { recursive: true })
copyFileSync(join(root, 'package.json'), join(first, 'package.json'))
run(process.execPath, [join('.ci', 'build.mjs'), join(first, 'dist')], root)
for (const own of others) cpSync(first, own, { recursive: true })
