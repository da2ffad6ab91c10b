/*
 * `npm run build [-- <folder>]`: the declarations of what is exported, laid out as the sources are, and JavaScript in few files, as importing
 * hundreds takes a third of a second. Packages that package.json has among its dependencies and peers are imported from
 * there; all others are taken in, and their licences with them.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = resolve(process.argv[2] ?? join(root, 'dist'))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const sources = ['src', 'fixtures'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true }).map((path) => join(root, folder, path)),
)
const installed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })

/** What package.json exports, by the name of its file. */
const entries = Object.fromEntries(
  Object.values(manifest.exports)
    .filter((entry) => typeof entry === 'object')
    .map(({ types, default: file }) => [
      basename(file, '.js'),
      join(root, types.slice('./dist/'.length, -'.d.ts'.length)) + '.ts',
    ]),
)
/** What is started by its path, in a process or a thread of its own. */
const programs = { cli: only('cli/main.ts'), worker: only('worker.ts'), 'open-kept': only('open-kept.ts') }
/** Shares nothing with us: its process starts sooner with one small file. */
const host = { 'embedded-host': only('embedded-host.ts') }

function isInstalled(id) {
  return installed.some((name) => id === name || id.startsWith(`${name}/`))
}

function only(end) {
  const found = sources.filter((path) => path.endsWith(`/${end}`))
  if (found.length !== 1) throw new Error(`Expected one source to be called ${end}, got ${found.length}.`)
  return found[0]
}

/** Of each of the entries that are loaded most, the modules that it loads. */
const layers = new Map()

/**
 * Modules of the engine share a file with those that are loaded by the same entries, and with no others. So no file holds
 * what its importer does not need, and none imports from one that imports from it.
 */
function layerOf(id) {
  if (!layers.get('engine').has(id) || id === entries.engine) return null
  const users = [...layers].filter(([, modules]) => modules.has(id)).map(([name]) => name)
  return `chunk-${users.join('-')}`
}

const findLayers = {
  name: 'find-layers',
  buildEnd() {
    for (const name of ['engine', 'matchers', 'worker']) {
      const modules = new Set()
      const visit = (id) => {
        if (modules.has(id)) return
        modules.add(id)
        this.getModuleInfo(id)?.importedIds.forEach(visit)
      }
      visit(entries[name] ?? programs[name])
      layers.set(name, modules)
    }
  },
}

async function bundle(input, options) {
  const built = await rolldown({
    input,
    cwd: root,
    platform: 'node',
    external: isInstalled,
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    transform: { target: 'node20.19' },
    ...options.input,
  })
  // Side by side, so that a file is found by its name from wherever the code that looks for it ends up.
  const comments = { legal: true, annotation: false, jsdoc: false }
  const names = { entryFileNames: '[name].js', chunkFileNames: '[name].js' }
  const output = { dir: out, ...names, comments, ...options.output }
  return (await built.write(output)).output
}

function licencesOf(chunks) {
  const folders = new Set()
  for (const id of chunks.flatMap(({ moduleIds }) => moduleIds)) {
    const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? []
    if (folder) folders.add(folder)
  }
  const texts = [...folders]
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const read = (pattern) =>
        readdirSync(folder)
          .filter((file) => pattern.test(file))
          .map((file) => readFileSync(join(folder, file), 'utf8'))[0]
      const text = read(/^licen[cs]e/i) ?? /^## licen[cs]e\n([^]*)/im.exec(read(/^readme/i) ?? '')?.[1]
      if (!text) throw new Error(`Expected ${name} to come with its licence (${license}), got none.`)
      return `## ${name} ${version}, ${license}\n\n${text.trim()}\n`
    })
  return `# Packages that are part of these files\n\n${texts.join('\n')}`
}

/** Leaves those declarations that an entry leads to: nobody else's imports find the others. */
function keepReached() {
  const reached = new Set()
  const visit = (path) => {
    if (reached.has(path)) return
    reached.add(path)
    const text = readFileSync(path, 'utf8')
    for (const [, name] of text.matchAll(/(?:from |import\()["'](?!node:)([^."'\s][^"'\s]*)["']/g)) {
      if (!isInstalled(name)) throw new Error(`Expected declarations of what users install, got ${name} in ${path}.`)
    }
    const found = text.matchAll(/(?:from |import |import\()["'](\.[^"']+)\.js["']/g)
    for (const [, target] of found) visit(join(dirname(path), `${target}.d.ts`))
  }
  for (const entry of Object.values(entries)) visit(join(out, relative(root, entry).replace(/\.ts$/, '.d.ts')))
  for (const path of readdirSync(out, { recursive: true })) {
    if (path.endsWith('.d.ts') && !reached.has(join(out, path))) rmSync(join(out, path))
  }
}

rmSync(out, { recursive: true, force: true })
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', out], {
  cwd: root,
  stdio: 'inherit',
})
keepReached()
const chunks = [
  ...(await bundle(
    { ...entries, ...programs },
    {
      input: { plugins: [findLayers], preserveEntrySignatures: 'allow-extension' },
      output: {
        codeSplitting: { groups: [{ name: layerOf, debugName: 'layer', includeDependenciesRecursively: false }] },
      },
    },
  )),
  ...(await bundle(host, {})),
]
const files = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName))
const extended = chunks.find(({ imports }) => imports.some((file) => files.has(file)))
if (extended)
  throw new Error(`Expected no file to import an entry, which would get exports by that, got ${extended.fileName}.`)
writeFileSync(join(out, 'licences.md'), licencesOf(chunks))
