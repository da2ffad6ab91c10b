/*
 * What `.ci/run` runs. A step is a command and counts once, or as many times as Vitest counts tests in it. What is named in
 * two lists stands beside each other: what a command prints comes at its end then.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FAILURE_LINES, runStep } from './run-step.mjs'

const work = mkdtempSync(join(tmpdir(), 'cdc-ci-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))
const tarball = join(work, 'vitest-cloudberry-cdc.tgz')

const step = (name, command, minutes = 20) => ({ name, command, minutes, isCounted: false })
const tests = (name, command, minutes) => ({ name, command, minutes, isCounted: true })
const suite = (name, minutes) => tests(name, `npm run suite ${name}`, minutes)

const install = step('install', 'npm ci')
const plan = [
  [[install]],
  [
    [
      step('format', 'npx prettier --check .'),
      step('types', 'npm run typecheck'),
      step('lint', 'npm run lint'),
      step('knip', 'npm run knip'),
      step('docs', 'npm run docs:check'),
    ],
    // One after the other: each builds.
    [
      step('package', `bash .ci/packed/check.sh ${tarball}`),
      step('api', 'bash .ci/api/run.sh'),
      step('imports', 'bash .ci/imports/run.sh'),
    ],
  ],

  // Node.js is all that these need.
  [[tests('test', 'npm test', 20)]],
  [[suite('slow', 40)]],
  [[tests('snippets', 'npm run test:docs', 15)]],
  [[tests('cluster', 'npm run suite cluster -- --embedded', 5)]],
  [
    [step('compat', 'npm run suite compat', 15), step('golden', 'npm run suite golden')],
    [
      step('examples', 'npm run suite examples'),
      step('quick-start', 'npm run suite quick-start', 5),
      step('type-tests', 'npm run suite types'),
      suite('dom', 10),
    ],
  ],

  // These need Docker, Chromium, Java, Python, PgBouncer and servers of others. What cannot be installed is skipped.
  [
    [suite('containers', 20)],
    [suite('browser', 15), suite('ui', 10), suite('drivers', 15), suite('clients', 15), suite('poolers', 10)],
  ],
  [
    // The makers need schemas that others publish, and so the network.
    [suite('feeds', 15), suite('makers', 15)],
    [suite('mysql', 10), suite('brokers', 15)],
  ],
  // These need what others publish, and so the network; Java and Python.
  [[suite('pipelines', 10)]],
]

const asked = process.argv.slice(2)
const names = plan.flat(2).map(({ name }) => name)
const unknown = asked.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`Expected some of ${names.join(', ')}, got ${unknown.join(', ')}.`)
  process.exit(1)
}

const begun = performance.now()
const done = []
for (const lists of plan) {
  const wanted = lists
    .map((list) => list.filter(({ name }) => asked.length === 0 || asked.includes(name)))
    .filter((list) => list.length > 0)
  await Promise.all(
    wanted.map(async (list) => {
      for (const one of list) done.push(await runStep(one, { work, tarball, isAlone: wanted.length === 1 }))
    }),
  )
  if (done.some(({ name, failed }) => name === install.name && failed > 0)) break
}

const seconds = Math.round((performance.now() - begun) / 1000)
const line = (...cells) =>
  console.log(cells.map((cell, index) => (index < 3 ? `${cell}`.padStart(8) : `  ${cell}`)).join(''))
for (const { name, failed, failures } of done) {
  if (failed > 0) console.log(`::: ${name} failed`)
  for (const failure of failures) console.log(failure.split('\n').slice(0, FAILURE_LINES).join('\n'))
}
console.log('::: where the time went')
line('seconds', 'passed', 'failed', 'step')
for (const one of done) line(one.seconds, one.passed, one.failed, one.name)
const sum = (key) => done.reduce((total, one) => total + one[key], 0)
line(seconds, sum('passed'), sum('failed'), 'all')
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') === 0 ? 0 : 1
