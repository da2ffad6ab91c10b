// Installs the drivers of package-lock.json beside it, unless they are there.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const lock = readFileSync(`${folder}package-lock.json`, 'utf8')
const installed = `${folder}node_modules/.installed.json`

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
