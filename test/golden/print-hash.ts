import { readFileSync, writeFileSync } from 'node:fs'
import { PLAN_FORMAT } from '../../src/plan/plan-input.js'
import { goldenCases, goldenHash } from './golden-cases.js'

/*
 * Prints a hash a case, and fails where one is not as recorded. `--write` records them: only together with a new plan
 * format, which is a new major version.
 */
const file = new URL('./hashes.json', import.meta.url)
const hashes = Object.fromEntries(Object.entries(goldenCases).map(([name, one]) => [name, goldenHash(one)]))
if (process.argv.includes('--write')) {
  writeFileSync(file, `${JSON.stringify({ [PLAN_FORMAT]: hashes }, null, 2)}\n`)
}
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>
for (const [name, hash] of Object.entries(hashes)) {
  process.stdout.write(`${hash} ${name}\n`)
  if (recorded[PLAN_FORMAT]?.[name] !== hash) process.exitCode = 1
}
