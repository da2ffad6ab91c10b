// Writes docs/api/ENTRY.api.md for every entry of package.json (`--write`), or fails where one says something else.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { extract } from './extract.mjs'
import { writeOut } from './written-out.mjs'

const root = process.cwd()
const work = mkdtempSync(join(tmpdir(), 'cdc-api-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

const { name: packageName, exports: entries } = JSON.parse(readFileSync('package.json', 'utf8'))
const tsconfig = JSON.parse(readFileSync('tsconfig.json', 'utf8'))
// Whether the declarations of other packages are right is tested elsewhere.
const compilerOptions = { ...tsconfig.compilerOptions, skipLibCheck: true }

const NAME =
  /^(?:export )?(?:(default)|\{ (?:\w+ as )?(\w+) \}|(?:declare )?(?:abstract )?(?:class|interface|type|const|function|namespace) (\w+))/gm
const isExported = (declaration) => /^export /m.test(declaration)
const namesOf = (declaration) => [...declaration.matchAll(NAME)].map(([, ...found]) => found.find(Boolean))

/** What is exported, then what it names. */
function toReport({ entry, declarations }) {
  const exported = declarations.filter(isExported)
  const named = namedBy(exported, declarations)
  const names = new Set(exported.flatMap((declaration) => namesOf(exportsOf(declaration))))
  const parts = [
    `# \`${join(packageName, entry)}\``,
    `${names.size === 1 ? 'One name' : `${names.size} names`}. Written by \`npm run api\`; [decision 12](../decisions/0012-versioning.md) says what a change here means.`,
    toBlock(exported),
    ...(named.length === 0 ? [] : ['## Named by these, but not exported', toBlock(named)]),
  ]
  return `${parts.join('\n\n')}\n`
}

/** The lines that export; a default export stands below what it exports. */
function exportsOf(declaration) {
  return declaration.split('\n').filter(isExported).join('\n')
}

/** What declarations name, and what that names in turn. */
function namedBy(exported, declarations) {
  const left = new Set(declarations.filter((declaration) => !isExported(declaration)))
  const texts = [...exported]
  for (const text of texts) {
    const words = new Set(text.match(/\w+/g))
    for (const declaration of left) {
      if (!namesOf(declaration).some((name) => words.has(name))) continue
      left.delete(declaration)
      texts.push(declaration)
    }
  }
  return declarations.filter((declaration) => !isExported(declaration) && !left.has(declaration))
}

function toBlock(declarations) {
  return `\`\`\`ts\n${declarations.join('\n\n')}\n\`\`\``
}

const extracted = Object.entries(entries)
  .filter(([, { types }]) => types)
  .map(([entry, { types }]) => {
    const file = join(root, types)
    return { entry, file, declarations: extract(root, file, compilerOptions, work) }
  })
const reports = writeOut(extracted, compilerOptions, work).map((report) => ({
  name: `${report.entry === '.' ? 'main' : basename(report.entry)}.api.md`,
  text: toReport(report),
}))
const folder = process.argv.includes('--write') ? 'docs/api' : join(work, 'docs')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
for (const { name, text } of reports) writeFileSync(join(folder, name), text)
if (
  folder !== 'docs/api' &&
  spawnSync('git', ['diff', '--no-index', 'docs/api', folder], { stdio: 'inherit' }).status
) {
  console.error(
    'api: what the package exports is not what docs/api says. Look at the difference; `npm run api` writes it.',
  )
  process.exitCode = 1
}
