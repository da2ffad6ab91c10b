import { mkdir, open, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OptionsError, WriteError } from '../errors.js'
import { readChartLibrary, renderReport } from './page/render-report.js'
import type { ReportFacts } from './report-facts.js'

function jsonBeside(file: string): string {
  return file.replace(/\.html?$/i, '.json')
}

/**
 * Makes sure, before anything is run, that a report can be written; its folder is created.
 *
 * @throws OptionsError when it cannot, or when the name does not end in `.html`
 */
export async function expectWritable(file: string, where: string): Promise<void> {
  if (!/\.html?$/i.test(file)) {
    throw new OptionsError(`Expected the run report to be a file that ends in .html, got \`${file}\`. Set ${where}.`)
  }
  try {
    await mkdir(dirname(file), { recursive: true })
    for (const path of [file, jsonBeside(file)]) await (await open(path, 'a', 0o600)).close()
  } catch (cause) {
    throw new OptionsError(
      `Expected to be able to write the run report to \`${file}\`, got ${(cause as Error).message}. Set ${where}.`,
      { cause },
    )
  }
}

/**
 * Writes a report anew, and the same facts as JSON beside it.
 *
 * @throws WriteError when it cannot be written
 */
export async function writeReport(file: string, facts: ReportFacts): Promise<void> {
  try {
    const page = renderReport(facts, await readChartLibrary())
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, page, { mode: 0o600 })
    await writeFile(jsonBeside(file), `${JSON.stringify(facts, undefined, 1)}\n`, { mode: 0o600 })
  } catch (cause) {
    throw new WriteError(`Expected to write the run report to \`${file}\`, got ${(cause as Error).message}.`, { cause })
  }
}
