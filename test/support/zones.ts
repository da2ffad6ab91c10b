import { afterEach } from 'vitest'

/**
 * Zones in which midnight is not what it is in UTC: behind it, ahead of it, with half an hour, and with a summer time that
 * begins at midnight, so that a day begins at one o'clock.
 */
export const zones = ['UTC', 'America/New_York', 'Asia/Shanghai', 'Asia/Kolkata', 'America/Santiago'] as const

/** Has this process live in a zone until the test ends. Node.js takes over what is assigned, in a process of its own. */
export function useZone(zone: string): void {
  process.env['TZ'] = zone
}

const before = process.env['TZ']

/** To be called by a file that uses zones. */
export function restoreZone(): void {
  afterEach(() => {
    if (before === undefined) delete process.env['TZ']
    else process.env['TZ'] = before
  })
}
