import { isIPv4, isIPv6 } from 'node:net'
import { textCells } from './text-cells.js'

/** `inet`: an address, with the bits of its network where these are not all. */
export const inet = textCells({
  cells: 'an address as PostgreSQL writes it, such as 192.168.1.5, 10.0.0.0/8 or 2001:db8::1',
  normal: (text) => {
    const found = read(text)
    return found && (found.bits === found.most ? found.address : `${found.address}/${found.bits}`)
  },
  isHeldBy: (actual) => actual === 'inet',
})

/** `cidr`: a network. */
export const cidr = textCells({
  cells: 'a network as PostgreSQL writes it, such as 10.0.0.0/8 or 2001:db8::/32',
  normal: (text) => {
    const found = read(text)
    return found && `${found.address}/${found.bits}`
  },
  isHeldBy: (actual) => actual === 'cidr' || actual === 'inet',
})

function read(text: string): { readonly address: string; readonly bits: number; readonly most: number } | undefined {
  const [, given = '', length] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? []
  const most = isIPv4(given) ? 32 : isIPv6(given) ? 128 : 0
  const bits = length === undefined ? most : Number(length)
  if (most === 0 || bits > most) return undefined
  return { address: most === 32 ? given : shortAddress(given), bits, most }
}

/** The shortest form, in which the platform writes the host of a URL; PostgreSQL writes the last 32 bits of some as IPv4. */
function shortAddress(address: string): string {
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [, start, high, low] = /^(::(?:ffff:)?)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short) ?? []
  if (start === undefined) return short
  const number = Number.parseInt(high!, 16) * 0x1_0000 + Number.parseInt(low!, 16)
  return start + [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')
}
