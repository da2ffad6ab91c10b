/** By column, how many digits of its decimals stand behind the point, where rows are an Arrow table: its values do not say. */
export function arrowScales(rows: unknown): ReadonlyMap<string, number> {
  const scales = new Map<string, number>()
  for (const field of list(member(member(rows, 'schema'), 'fields'))) {
    const [name, scale] = [member(field, 'name'), member(member(field, 'type'), 'scale')]
    if (typeof name === 'string' && typeof scale === 'number') scales.set(name, scale)
  }
  return scales
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
