// Installs the packages of a suite of its own, unless they are there: `node install-packages.mjs test/drivers`.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const folder = process.argv[2]
const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8')
const installed = join(folder, 'node_modules', '.installed.json')

if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
  // better-sqlite3 is compiled where its prebuilt file cannot be had; many a Node.js brings the headers for that along.
  const prefix = dirname(dirname(process.execPath))
  const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node_version.h'))
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...(hasHeaders && { npm_config_nodedir: prefix }) },
  })
  if (status !== 0) process.exit(status ?? 1)
  writeFileSync(installed, lock)
}
