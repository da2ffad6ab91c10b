/** Whether cells of a type are integers scaled by a power of ten. */
export function isScaled(type: string): boolean {
  return type.startsWith('numeric(') && type.endsWith(')')
}

/** How many digits a `numeric(p,s)` has behind the point. */
export function scaleOf(type: string): number {
  return Number(/^numeric\(\d+,(\d+)\)$/.exec(type)?.[1] ?? 0)
}

/** The text that PostgreSQL gives for an integer scaled by 10^scale: 1234 is `12.34`. */
export function scaledToText(value: number | bigint, scale: number): string {
  if (scale === 0) return String(value)
  // Money, without taking the digits apart: arrays for UPDATEs consist of it.
  if (scale === 2 && typeof value === 'number' && value >= 0 && value < 0x7fff_ffff) {
    const whole = (value / 100) | 0
    const rest = value - whole * 100
    return rest < 10 ? `${whole}.0${rest}` : `${whole}.${rest}`
  }
  const digits = String(value)
    .replace('-', '')
    .padStart(scale + 1, '0')
  const point = digits.length - scale
  const text = `${digits.slice(0, point)}.${digits.slice(point)}`
  return value < 0 ? `-${text}` : text
}

const ZERO = 0x30
const POINT = 0x2e - ZERO

/**
 * The scaled integer of a `numeric` as text, or undefined where it has more digits than fit. Goes through the
 * characters itself, because matchers read millions of these.
 */
export function textToScaled(text: string, scale: number): number | undefined {
  const negative = text.startsWith('-')
  let [value, digits, fraction] = [0, 0, -1]
  for (let at = negative ? 1 : 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit === POINT && fraction < 0 && digits > 0) {
      fraction = 0
    } else if (digit < 0 || digit > 9) {
      return undefined
    } else if (fraction < scale) {
      value = value * 10 + digit
      digits += 1
      if (fraction >= 0) fraction += 1
    } else if (digit !== 0) {
      return undefined
    }
  }
  for (let missing = scale - Math.max(fraction, 0); missing > 0; missing--) value *= 10
  if (digits === 0 || !Number.isSafeInteger(value)) return undefined
  return negative && value !== 0 ? -value : value
}
