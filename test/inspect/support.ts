import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'

const engine = new URL('../../src/index.ts', import.meta.url)
const types = fileURLToPath(new URL('../../node_modules/@types', import.meta.url))
const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))

/** Writes a draft to a file whose import is the engine's source, and returns its URL. */
export async function writeDraft(draft: string): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'cdc-draft-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const file = join(folder, 'tables.ts')
  await writeFile(file, draft.replace('vitest-cloudberry-cdc/engine', engine.href))
  return pathToFileURL(file)
}

/** What the compiler says of drafts, with the strictest options that people have; empty where it is content. */
export async function compileDrafts(
  drafts: readonly { readonly name: string; readonly draft: string }[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cdc-compile-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await Promise.all(drafts.map(({ name, draft }) => writeFile(join(folder, name), draft)))
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    typeRoots: [types],
    paths: { 'vitest-cloudberry-cdc/engine': [fileURLToPath(engine)] },
    strict: true,
    verbatimModuleSyntax: true,
    allowJs: true,
    checkJs: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    allowImportingTsExtensions: true,
    noEmit: true,
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }))
  return spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' }).stdout
}
