/*
 * `npm run suite quick-start`: does in an empty folder what the quick start of a page says (README.md, or the one that is
 * named), command by command and file by file, with the packed package. Its test must pass; with the wrong job of
 * docs/quick-start.md it must fail and say why. The last line is `N passed, N failed`.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const EXAMPLE = 'examples/quick-start/'
const COMMANDS = 'docs/snippets/commands.sh#'
const MOST_COMMANDS = 9

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, process.argv[2] ?? 'README.md'), 'utf8')
const pageOfWrongJob = readFileSync(join(root, 'docs/quick-start.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'cdc-quick-start-'))
const project = join(folder, 'project')
const counts = { passed: 0, failed: 0 }

function check(name, good, output) {
  counts[good ? 'passed' : 'failed'] += 1
  console.log(`quick start: ${name}: ${good ? 'as it should be' : `WRONG\n${output}`}`)
}

/** The code blocks of the section that says how to install, and of the wrong job, with the sources that stand above them. */
function readBlocks() {
  const section = page.split(/^(?=## )/m).find((part) => part.includes(`<!-- from: ${COMMANDS}install -->`))
  if (section === undefined) throw new Error(`no section with the commands ${COMMANDS}install`)
  const blocks = `${section}\n${pageOfWrongJob}`.matchAll(/^<!-- from: (\S+) -->\n+(```+)(\w+)\n([^]*?)\n\2$/gm)
  return [...blocks].map(([, source, , language, text]) => ({ source, language, text }))
}

/** The commands as they are typed, but that the package is the packed one. */
function typed(text) {
  const commands = text.replaceAll(/(?<=\s)vitest-cloudberry-cdc(?=\s)/g, packed())
  // "On Node.js 20" stands in a comment beside the command.
  return process.version.startsWith('v20.') && /# .*Node\.js 20.*vitest@4/.test(text)
    ? commands.replaceAll(/(?<=\s)vitest(?= .*#)/g, 'vitest@4')
    : commands
}

function packed() {
  if (process.env['CDC_TEST_TARBALL']) return process.env['CDC_TEST_TARBALL']
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }
  const printed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], options)
  return join(folder, JSON.parse(printed.slice(printed.indexOf('[\n')))[0].filename)
}

/** Types lines into one shell. The last that it prints is where it has got to. */
function type(lines, cwd) {
  const { status, stdout, stderr, error } = spawnSync('bash', ['-e', '-c', `trap pwd EXIT\n${lines.join('\n')}`], {
    cwd,
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, NO_COLOR: '1', CI: '1' },
  })
  if (error) throw error
  return { good: status === 0, output: stdout + stderr, cwd: stdout.trimEnd().split('\n').at(-1) }
}

/** The commands that save a block as a file. */
function save(source, path, text) {
  const copy = join(folder, 'blocks', source)
  mkdirSync(dirname(copy), { recursive: true })
  writeFileSync(copy, `${text}\n`)
  return [`mkdir -p ${dirname(path)}`, `cp ${copy} ${path}`]
}

try {
  const blocks = readBlocks()
  const right = []
  const wrong = []
  let commands = 0
  for (const { source, language, text } of blocks) {
    if (source.startsWith(`${EXAMPLE}wrong/`))
      wrong.push(...save(source, source.replace(`${EXAMPLE}wrong/`, 'src/'), text))
    else if (source.startsWith(EXAMPLE)) right.push(...save(source, source.replace(EXAMPLE, ''), text))
    else if (language === 'sh') {
      right.push(typed(text))
      commands += text
        .replaceAll(/#.*/g, '')
        .split(/\n|&&/)
        .filter((command) => command.trim() !== '').length
    }
  }
  check(`${commands} commands`, commands > 0 && commands <= MOST_COMMANDS, `at most ${MOST_COMMANDS}`)
  mkdirSync(project)
  const green = type(right, project)
  check('the test passes', green.good && /Tests .*\d+ passed/.test(green.output), green.output)

  const red = type([...wrong, 'npx vitest run'], green.cwd)
  check(
    'with a wrong job, it fails',
    wrong.length > 0 && !red.good && /Tests .*\d+ failed/.test(red.output),
    red.output,
  )
  for (const [name, line] of [
    ['what was expected', /Expected the \d+ rows that were read of store_sales_heap to be as after commit \d+/],
    ['what is nearest', /The nearest is commit \d+: \d+ rows differ/],
    [
      'the anomaly, the row and the values',
      /lost update: store_sales_heap \d+ shows commit \d+, should show commit \d+ \(\w+ is \S+ instead of /,
    ],
    ['the history of the row', /history: inserted by commit \d+, updated by commit \d+/],
    ['how to have the same changes again', /CDC_REPLAY=\S+ npx vitest run \S+/],
    ['where the test says so', /❯ \S*\.test\.ts:\d+:\d+/],
  ]) {
    check(`the failure tells ${name}`, line.test(red.output), red.output)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 ? 0 : 1
