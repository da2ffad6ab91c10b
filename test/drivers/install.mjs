// Installs the drivers into this folder, as its lock file has them; does nothing where they are there already.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'

const folder = import.meta.dirname
const stamp = join(folder, 'node_modules', '.installed')
const lock = createHash('sha256')
  .update(readFileSync(join(folder, 'package-lock.json')))
  .digest('hex')
const wanted = `${lock} ${process.platform} ${process.arch} ${process.versions.modules}`

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  // better-sqlite3 is compiled where its prebuilt file cannot be had; Node.js often brings the headers along.
  const prefix = dirname(dirname(process.execPath))
  const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node_version.h'))
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...(hasHeaders && { npm_config_nodedir: prefix }) },
  })
  writeFileSync(stamp, wanted)
}
