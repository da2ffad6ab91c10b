/*
 * `node .ci/packed/compat-table.mjs SEEN [--write]`: compares the table between `<!-- compat -->` and `<!-- /compat -->` of
 * docs/compatibility.md with what compat.sh ran, or writes it there. A line of SEEN is `VITEST node-MAJOR POOL passed`, or
 * `VITEST typescript MAJOR passed`, or `… failed`.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const [file, option] = process.argv.slice(2)
const page = new URL('../../docs/compatibility.md', import.meta.url)
const runs = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' '))

const distinct = (values) => [...new Set(values)]
const vitests = distinct(runs.map(([vitest]) => vitest))
const nodes = distinct(runs.flatMap(([, kind]) => (kind.startsWith('node-') ? [kind] : []))).sort((a, b) =>
  a.localeCompare(b),
)
const cell = (vitest, kind) =>
  runs
    .filter((run) => run[0] === vitest && run[1] === kind && run[3] === 'passed')
    .map(([, , value]) => value)
    .join(', ') || 'not supported'

const head = ['Vitest', ...nodes.map((node) => node.replace('node-', 'Node.js ')), 'TypeScript']
const rows = vitests.map((vitest) => [vitest, ...nodes.map((node) => cell(vitest, node)), cell(vitest, 'typescript')])
const table = format([head, ...rows])

const text = readFileSync(page, 'utf8')
const place = /(<!-- compat -->\n+)([^]*?)(\n+<!-- \/compat -->)/
const stated = place.exec(text)?.[2]
if (option === '--write' && stated !== undefined) writeFileSync(page, text.replace(place, `$1${table}$3`))
else if (stated !== table) {
  console.log(`compat: docs/compatibility.md says\n${stated ?? 'nothing between <!-- compat --> and <!-- /compat -->'}`)
  console.log(`but what was run is\n${table}\nWrite it with: npm run suite compat -- --write`)
  process.exitCode = 1
}

/** As Prettier aligns it. */
function format(lines) {
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  const join = (line) => `| ${line.map((text, column) => text.padEnd(widths[column])).join(' | ')} |`
  const [first, ...others] = lines
  return [join(first), join(widths.map((width) => '-'.repeat(width))), ...others.map(join)].join('\n')
}
