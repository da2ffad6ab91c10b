import { isIPv4, isIPv6 } from 'node:net'

/** Whether a host is this machine for certain: 127.0.0.0/8, ::1, `localhost`, or the folder of a Unix socket. */
export function isLoopback(host: string): boolean {
  if (host.startsWith('/')) return true
  const address = withoutBrackets(host)
  if (isIPv4(address)) return address.startsWith('127.')
  // The shortest form of an address is what a URL makes of it.
  if (isIPv6(address)) return !address.includes('%') && new URL(`http://[${address}]`).hostname === '[::1]'
  return host.toLowerCase() === 'localhost'
}

/** An IPv6 address as sockets take it: without the brackets that it has in a URL. Anything else stays. */
export function withoutBrackets(host: string): string {
  const inside = /^\[(.*)\]$/.exec(host)?.[1]
  return inside !== undefined && isIPv6(inside) ? inside : host
}
