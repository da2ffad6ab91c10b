/** How many digits a `numeric(p,s)` has behind the point. */
export function scaleOf(type: string): number {
  return Number(/^numeric\(\d+,(\d+)\)$/.exec(type)?.[1] ?? 0)
}

/** The text that PostgreSQL gives for an integer scaled by 10^scale: 1234 is `12.34`. */
export function scaledToText(value: number | bigint, scale: number): string {
  const digits = String(value).replace('-', '').padStart(scale + 1, '0')
  const point = digits.length - scale
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`
  return value < 0 ? `-${text}` : text
}

/** The scaled integer of a `numeric` as text, or undefined where it has more digits than fit. */
export function textToScaled(text: string, scale: number): number | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d*?)0*)?$/.exec(text)
  const fraction = parts?.[3] ?? ''
  if (!parts || fraction.length > scale) return undefined
  const value = Number(parts[2]! + fraction.padEnd(scale, '0'))
  if (!Number.isSafeInteger(value)) return undefined
  return parts[1] === '-' && value !== 0 ? -value : value
}
