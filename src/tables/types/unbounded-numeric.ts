import { textCells } from './text-cells.js'

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i
/** In front of the point and behind it (https://www.postgresql.org/docs/14/datatype-numeric.html). */
const MOST_DIGITS = [131_072, 16_383] as const

/** `numeric` without a scale: any number of digits. What stands behind the last digit that counts is left out. */
export const unboundedNumeric = textCells({
  cells:
    'the text of a number, without an exponent and without zeros behind its last digit, such as 12345678901234567890.5',
  normal: (text) => {
    if (/^nan$/i.test(text)) return 'NaN'
    const [, sign = '', whole = '', fraction = '', power = '0'] = NUMBER.exec(text) ?? []
    const digits = `${whole}${fraction}`
    const point = whole.length + Number(power)
    if (digits === '' || Math.abs(point) > MOST_DIGITS[0]) return undefined
    const before = point > 0 ? digits.slice(0, point).padEnd(point, '0') : ''
    const after = point > 0 ? digits.slice(point) : `${'0'.repeat(-point)}${digits}`
    const [shown, behind] = [before.replace(/^0+/, '') || '0', after.replace(/0+$/, '')]
    if (behind.length > MOST_DIGITS[1]) return undefined
    const size = behind === '' ? shown : `${shown}.${behind}`
    return sign === '-' && size !== '0' ? `-${size}` : size
  },
  isHeldBy: (actual) => actual === 'numeric',
  canal: () => ({ mysql: 'decimal(65,30)', sql: 3 }),
})
