// Installs Vitest and the environments of package-lock.json beside it, unless they are there, and this package as it is built.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))
const lock = readFileSync(`${folder}package-lock.json`, 'utf8')
const installed = `${folder}node_modules/.installed.json`

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
}

if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
  run('npm', ['ci', '--no-audit', '--no-fund'], folder)
  writeFileSync(installed, lock)
}
const own = `${folder}node_modules/vitest-cloudberry-cdc`
rmSync(own, { recursive: true, force: true })
mkdirSync(own, { recursive: true })
copyFileSync(`${root}package.json`, `${own}/package.json`)
run(
  process.execPath,
  [`${root}node_modules/typescript/bin/tsc`, '-p', 'tsconfig.build.json', '--outDir', `${own}/dist`],
  root,
)
