import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Subject, Wrong } from './subjects.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The files of a subject with a job, by their paths: first the job, then the path in the repository. */
export async function filesOf(
  { folder, tests, wrong }: Subject,
  job: Wrong | 'right',
): Promise<Readonly<Record<string, string>>> {
  const replaced = job === 'right' ? {} : wrong(job)
  const names = await readdir(`${ROOT}${folder}`, { recursive: true })
  const wanted = names.filter(
    (name) => /\.(ts|js)$/.test(name) && !/node_modules|vitest\.config|wrong\//.test(name) && isWanted(name, tests),
  )
  const files: Record<string, string> = {}
  for (const name of wanted) {
    const right = name in replaced ? name.replace(/\.ts$/, '.right.ts') : name
    files[`${job}/${folder}/${right}`] = standing(name, await readFile(`${ROOT}${folder}/${name}`, 'utf8'))
  }
  for (const [name, text] of Object.entries(replaced)) files[`${job}/${folder}/${name}`] = text
  return files
}

function isWanted(name: string, tests: readonly string[]): boolean {
  return tests.includes(name) || !name.endsWith('.test.ts')
}

/** A file where its imports lead to the same as before: Node.js loads modules with tables itself, and knows no aliases. */
function standing(name: string, text: string): string {
  const own = name.endsWith('.js') ? text.replaceAll(`'vitest-cloudberry-cdc/engine'`, `'${ROOT}src/index.ts'`) : text
  return own.replaceAll(`'../../../`, `'${ROOT}`)
}
