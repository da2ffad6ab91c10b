import { textCells } from './text-cells.js'

/** `bit(n)` and `varbit(n)`. */
export const bits = textCells({
  parameters: { pattern: /^[1-9]\d*$/, words: 'n' },
  cells: 'digits 0 and 1, as many as the column has',
  normal: (text, type) => (/^[01]*$/.test(text) && fitsLength(text, type) ? text : undefined),
  textOf: (value) => (typeof value === 'boolean' ? (value ? '1' : '0') : undefined),
  // Debezium writes one bit as a truth value and several as bytes, the lowest first.
  ofEvent: (value, type) => {
    if (typeof value === 'boolean') return value ? '1' : '0'
    if (typeof value !== 'string' || /^[01]+$/.test(value)) return undefined
    // As test_decoding writes them.
    const [, literal] = /^B'([01]*)'$/.exec(value) ?? []
    if (literal !== undefined) return literal
    const bytes = [...Buffer.from(value, 'base64')].toReversed()
    const digits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')
    return type.startsWith('bit') ? digits.slice(-lengthOf(type)).padStart(lengthOf(type), '0') : digits
  },
  toEvent: (cell, type, feed) => {
    // Bytes do not say how many bits there were.
    if (feed !== 'debezium' || type.startsWith('varbit')) return undefined
    if (type === 'bit(1)') return cell === '1'
    const bytes = cell.padStart(Math.ceil(cell.length / 8) * 8, '0').match(/.{8}/g) ?? []
    return Buffer.from(bytes.toReversed().map((byte) => Number.parseInt(byte, 2))).toString('base64')
  },
  isHeldBy: (actual, type) => {
    const [, varying, length] = /^bit( varying)?(?:\((\d+)\))?$/.exec(actual) ?? ['', undefined, '-1']
    if (type.startsWith('bit')) return varying === undefined && Number(length ?? 1) === lengthOf(type)
    return varying !== undefined && (length === undefined || Number(length) >= lengthOf(type))
  },
})

const lengthOf = (type: string): number => Number(/\d+/.exec(type)?.[0] ?? Number.POSITIVE_INFINITY)

function fitsLength(text: string, type: string): boolean {
  return type.startsWith('bit') ? text.length === lengthOf(type) : text.length <= lengthOf(type)
}
