/*
 * Fills docs/field-report.md with what the last runs of the suite saw (.runs). A verdict that no SQL confirms is not printed:
 * the report fails.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'

const root = join(import.meta.dirname, '..', '..')
const page = join(root, 'docs', 'field-report.md')
const folder = join(import.meta.dirname, '.runs')

const runs = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .toSorted()
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))

/** What is missing or wrong at the end has to be seen by SQL alone as well; and where SQL sees something, it has to be told. */
function isConfirmed({ verdict, byHand }) {
  const differs = byHand.missing + byHand.extra > 0
  return differs === ['lossy', 'wrong'].includes(verdict)
}

const unconfirmed = runs.filter((run) => !isConfirmed(run))
if (unconfirmed.length > 0) {
  console.error('Expected SQL to say the same as the verdict, got another answer of:')
  for (const { tool, load, verdict, byHand } of unconfirmed) {
    console.error(`  ${tool}, ${load}: ${verdict}, by hand ${byHand.missing} missing and ${byHand.extra} extra`)
  }
  process.exit(1)
}

const plain = (text) => text.replaceAll('|', '\\|')
const handOf = ({ missing, extra }) => (missing + extra === 0 ? 'no difference' : `${missing} missing, ${extra} extra`)

function partOf(pipeline) {
  const own = runs.filter((run) => run.pipeline === pipeline)
  if (own.length === 0) throw new Error(`Expected runs of ${pipeline} in ${folder}, got none.`)
  const all = (key) => [...new Set(own.map((run) => run[key]))].join('; ')
  const rows = own.map(({ tool, load, verdict, because, anomalies, commits, reads, byHand }) => [
    tool,
    load,
    [`**${verdict}**`, because].filter(Boolean).join('. '),
    anomalies.join('; ') || 'none',
    `${commits} / ${reads}`,
    handOf(byHand),
  ])
  const header = ['tool', 'load', 'verdict', 'anomalies', 'commits / reads', 'SQL at the end']
  const table = [header, header.map(() => '---'), ...rows].map((row) => `| ${row.map(plain).join(' | ')} |`)
  return `${all('version')}. It promises: ${all('promises')}.\n\n${table.join('\n')}`
}

const filled = readFileSync(page, 'utf8').replace(
  /(<!-- runs: ([\w-]+) -->\n)[\s\S]*?(<!-- end of runs -->)/g,
  (_, begin, pipeline, end) => `${begin}\n${partOf(pipeline)}\n\n${end}`,
)
const options = JSON.parse(readFileSync(join(root, '.prettierrc.json'), 'utf8'))
writeFileSync(page, await format(filled, { ...options, parser: 'markdown' }))
console.log(`${runs.length} runs of ${new Set(runs.map(({ pipeline }) => pipeline)).size} pipelines`)
