// Writes docs/api/ENTRY.api.md for every entry of package.json (`--write`), or fails where one says something else.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const root = process.cwd()
const folder = join(root, 'docs/api')
const work = mkdtempSync(join(tmpdir(), 'cdc-api-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

const { name: packageName, exports: entries } = JSON.parse(readFileSync('package.json', 'utf8'))
const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8'))

/** The exports of one entry, as API Extractor reads them off the declarations that the build has made. */
function extract(declarations, reportFileName) {
  const problems = []
  const { succeeded } = Extractor.invoke(
    ExtractorConfig.prepare({
      configObject: {
        projectFolder: root,
        mainEntryPointFilePath: join(root, declarations),
        newlineKind: 'lf',
        compiler: {
          overrideTsconfig: {
            compilerOptions: { ...compilerOptions, skipLibCheck: true },
            files: [join(root, declarations)],
          },
        },
        // What a signature names without its being exported is part of the contract all the same.
        apiReport: {
          enabled: true,
          reportFileName,
          reportFolder: work,
          reportTempFolder: work,
          includeForgottenExports: true,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: { extractorMessageReporting: { 'ae-forgotten-export': { logLevel: 'none' } } },
      },
      configObjectFullPath: undefined,
      packageJsonFullPath: join(root, 'package.json'),
    }),
    {
      localBuild: true,
      messageCallback: (message) => {
        message.handled = true
        if (message.logLevel === 'error') problems.push(message.formatMessageWithLocation())
      },
    },
  )
  if (!succeeded) throw new Error(`api: ${declarations} could not be read.\n${problems.join('\n')}`)
  return readFileSync(join(work, `${reportFileName}.api.md`), 'utf8')
}

const NAME =
  /^export (?:(default)|\{ (?:\w+ as )?(\w+) \}|(?:declare )?(?:abstract )?(?:class|interface|type|const|function) (\w+))/gm

/** What is exported, then what it names; without what API Extractor says of comments. */
function toReport(entry, extracted) {
  const [, code] = /```ts\n([\s\S]*?)\n```/.exec(extracted)
  const declarations = code
    .replaceAll(/^ *\/\/ (?:@public.*|\(undocumented\)|\(No @packageDocumentation.*)\n/gm, '')
    .split(/\n{2,}/)
    .filter((declaration) => declaration.trim() !== '' && !declaration.trimStart().startsWith('import '))
  const isExported = (declaration) => /^export /m.test(declaration)
  const exported = declarations.filter(isExported)
  const named = declarations.filter((declaration) => !isExported(declaration))
  const names = new Set([...exported.join('\n').matchAll(NAME)].map(([, ...found]) => found.find(Boolean)))
  return (
    [
      `# \`${join(packageName, entry)}\``,
      `${names.size === 1 ? 'One name' : `${names.size} names`}. Written by \`npm run api\`; [decision 12](../decisions/0012-versioning.md) says what a change here means.`,
      toBlock(exported),
      ...(named.length === 0 ? [] : ['## Named by these, but not exported', toBlock(named)]),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  )
}

function toBlock(declarations) {
  return `\`\`\`ts\n${declarations.map((declaration) => declaration.trim()).join('\n\n')}\n\`\`\``
}

const reports = Object.entries(entries)
  .filter(([, { types }]) => types)
  .map(([entry, { types }]) => {
    const file = `${entry === '.' ? 'main' : basename(entry)}.api.md`
    return { file, text: toReport(entry, extract(types, basename(file, '.api.md'))) }
  })

if (process.argv.includes('--write')) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const { file, text } of reports) writeFileSync(join(folder, file), text)
} else {
  const written = join(work, 'now')
  mkdirSync(written)
  for (const { file, text } of reports) writeFileSync(join(written, file), text)
  const { status } = spawnSync('git', ['diff', '--no-index', 'docs/api', written], { stdio: 'inherit' })
  if (status !== 0) {
    console.error(
      'api: what the package exports is not what docs/api says. `npm run api` writes it; look at the difference.',
    )
    process.exitCode = 1
  }
}
