import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Runs a program and ends with it, when it fails. */
export function run(command, args, options = {}) {
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  })
  if (status !== 0) process.exit(status ?? 1)
}

/** Installs the packages of a suite beside it, unless they are there. */
export function installPackages(folder) {
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  const installed = join(folder, 'node_modules', '.installed.json')
  if (existsSync(installed) && readFileSync(installed, 'utf8') === lock) return
  // better-sqlite3 is compiled where its prebuilt file cannot be had; many a Node.js brings the headers for that along.
  const prefix = dirname(dirname(process.execPath))
  const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node_version.h'))
  run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: folder,
    env: { ...process.env, ...(hasHeaders && { npm_config_nodedir: prefix }) },
  })
  writeFileSync(installed, lock)
}
