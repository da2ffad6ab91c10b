import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The versions that are pinned for a pipeline of Python, such as `dbt-core 1.12.0`. */
export function pinnedVersions(pipeline: string, ...packages: readonly string[]): string {
  const text = readFileSync(join(import.meta.dirname, '..', pipeline, 'requirements.txt'), 'utf8')
  const pinned = [...text.matchAll(/^([\w-]+)(?:\[.*\])?==(\S+)$/gm)].filter(([, name]) => packages.includes(name!))
  return pinned.map(([, name, version]) => `${name} ${version}`).join(', ')
}
