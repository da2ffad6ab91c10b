import { isIPv4, isIPv6 } from 'node:net'

/** Whether a host is this machine for certain: 127.0.0.0/8, ::1, `localhost`, or the folder of a Unix socket. */
export function isLoopback(host: string): boolean {
  if (host.startsWith('/')) return true
  if (isIPv4(host)) return host.startsWith('127.')
  // The shortest form of an address is what a URL makes of it.
  if (isIPv6(host)) return !host.includes('%') && new URL(`http://[${host}]`).hostname === '[::1]'
  return host.toLowerCase() === 'localhost'
}
