import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

/** What a page needs to draw charts. */
export interface ChartLibrary {
  readonly script: string
  readonly style: string
}

/** uPlot as it was published, with its licence, which asks to go with every copy. */
export async function readChartLibrary(): Promise<ChartLibrary> {
  const require = createRequire(import.meta.url)
  const [script, style, licence] = await Promise.all([
    readFile(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'),
    readFile(require.resolve('uplot/dist/uPlot.min.css'), 'utf8'),
    readFile(require.resolve('uplot/LICENSE'), 'utf8'),
  ])
  return { script: `/*!\nuPlot\n${licence}*/\n${script}`, style }
}
