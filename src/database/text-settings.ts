/** With these the server writes the cells of all types but those that depend on a time zone. */
export const TEXT_SETTINGS = {
  DateStyle: 'ISO',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
} as const

/** With these it writes all of them. A session that writes keeps its zone: defaults and triggers depend on it. */
export const READ_SETTINGS = { ...TEXT_SETTINGS, TimeZone: 'UTC' } as const
