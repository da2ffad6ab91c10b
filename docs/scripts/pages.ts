import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { root } from './root.js'

/** The pages of the documentation, by their paths from the repository's root. */
export async function pages(): Promise<string[]> {
  const names = await readdir(resolve(root, 'docs'))
  const own = names.filter((name) => name.endsWith('.md')).toSorted()
  return ['README.md', 'README.zh-CN.md', ...own.map((name) => `docs/${name}`)]
}
