import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runPart } from './run-part.js'
import { parts } from './parts.js'
import { isMet } from './support/result.js'
import { effortOf } from './support/effort.js'
import { partReport, type RecordedPart } from './support/report.js'
import { writeReport } from './support/write-report.js'

/*
 * `npm run bench -- [part …] [--quick] [--full]`. Every part runs in a process of its own. What `--quick` finds is
 * printed only.
 */
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, full: { type: 'boolean', default: false } },
})
const names = [...parts.keys()]
const unknown = positionals.find((name) => !parts.has(name))
if (unknown !== undefined) throw new Error(`Expected one of ${names.join(', ')}, got ${unknown}.`)
const asked = positionals.length > 0 ? positionals : names

if (asked.length === 1) {
  const found = await runPart(asked[0]!, effortOf(flags))
  console.log(`\n${partReport(found)}`)
  if (!flags.quick) await record(asked[0]!, found)
  if (!found.targets.every(isMet)) process.exitCode = 1
} else {
  const passed = asked.map((name) => {
    const own = Object.entries(flags).flatMap(([flag, isSet]) => (isSet ? [`--${flag}`] : []))
    const args = [...process.execArgv, process.argv[1]!, name, ...own]
    return spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0
  })
  if (passed.includes(false)) process.exitCode = 1
}

async function record(name: string, found: RecordedPart): Promise<void> {
  const here = dirname(fileURLToPath(import.meta.url))
  const project = join(here, '..', '..', '..')
  await writeReport(join(project, 'bench'), { [name]: found }, names, (file) => {
    spawnSync(process.execPath, [join(project, 'node_modules', 'prettier', 'bin', 'prettier.cjs'), '--write', file])
  })
}
