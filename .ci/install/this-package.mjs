import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { installPackages, run } from './packages.mjs'

/** Installs the packages of suites beside them, and this package as it is built. */
export function installThisPackage(folders) {
  for (const folder of folders) installPackages(folder)
  const [first, ...others] = folders.map((folder) => join(folder, 'node_modules', 'vitest-cloudberry-cdc'))
  for (const own of [first, ...others]) rmSync(own, { recursive: true, force: true })
  mkdirSync(first, { recursive: true })
  copyFileSync('package.json', join(first, 'package.json'))
  run(process.execPath, [join('.ci', 'build.mjs'), join(first, 'dist')])
  for (const own of others) cpSync(first, own, { recursive: true })
}
