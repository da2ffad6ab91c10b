const KEPT = ['sr_id', 'sr_return_quantity', 'sr_return_amt']

/** An event as the documentation shows it: `…` stands for all columns but three. */
export function withoutMostColumns(event: string): string {
  const shorter = JSON.stringify(JSON.parse(event, (_, value: unknown) => (isRow(value) ? keptOf(value) : value)))
  return shorter.replaceAll('"…":"…"', '…')
}

function isRow(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.keys(value).some((name) => name.startsWith('sr_'))
}

function keptOf(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(row).filter(([name]) => KEPT.includes(name))
  return Object.fromEntries(kept.length < Object.keys(row).length ? [...kept, ['…', '…']] : kept)
}
