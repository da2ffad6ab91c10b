import type { Page } from 'playwright-core'

/** A table as a reader sees it: the texts of its cells, by row. */
export type TableTexts = readonly (readonly string[])[]

/** The figures at the top, by name. */
export async function readFigures(page: Page): Promise<Record<string, string>> {
  const pairs = await page
    .locator('header dl > div')
    .evaluateAll((boxes) =>
      boxes.map((box) => [box.querySelector('dt')!.innerText, box.querySelector('dd')!.innerText] as const),
    )
  return Object.fromEntries(pairs)
}

/** The table that is called so, with its head. */
export async function readTable(page: Page, label: string): Promise<TableTexts> {
  return page
    .getByRole('group', { name: label, exact: true, includeHidden: true })
    .locator('tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll(':scope > th, :scope > td')].map((cell) => cell.textContent!.trim())),
    )
}

/** `1,234` as a number. */
export function numberOf(text: string | undefined): number {
  return Number(text?.replaceAll(',', ''))
}

/** `0.42 ms`, `35 ms`, `1.24 s` or `12 min` in milliseconds. */
export function millisecondsOf(text: string | undefined): number {
  const [, value, unit = ''] = /^([\d.,]+) (ms|s|min)$/.exec(text ?? '') ?? []
  return numberOf(value) * ({ ms: 1, s: 1000, min: 60_000 }[unit] ?? NaN)
}

/** How many points of every chart have the colour of its line. */
export async function drawnPoints(page: Page): Promise<number[]> {
  // As text: the types of the project have no DOM.
  return page.evaluate<number[]>(`
    const colour = getComputedStyle(document.documentElement).getPropertyValue('--first')
    const line = colour.match(/[0-9a-f]{2}/g).map((digits) => Number.parseInt(digits, 16));
    [...document.querySelectorAll('.chart canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      let drawn = 0
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] > 64 && line.every((value, part) => Math.abs(data[at + part] - value) < 24)) drawn++
      }
      return drawn
    })`)
}
