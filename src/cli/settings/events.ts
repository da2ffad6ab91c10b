import { type EventFormat, eventFormats } from '../../events/event-format.js'
import { readChoice, readNumber, readText } from '../read-value.js'
import type { SettingGroup } from './setting.js'

/** Which change events are written. */
export interface EventSettings {
  /** A file, `-` for standard output. */
  readonly events: string | undefined
  readonly format: EventFormat
  readonly eventDuplicates: number
  readonly eventShuffle: number
  readonly eventLate: number
}

export const eventSettings: SettingGroup<EventSettings> = {
  events: {
    flags: '--events <file>',
    env: 'CDC_EVENTS',
    help: 'write every change as an event to this file, which is written anew, a line each; - is standard output, with log lines on standard error',
    shown: 'no events',
    fallback: undefined,
    read: readText,
  },
  format: {
    flags: '--format <name>',
    env: 'CDC_EVENTS_FORMAT',
    help: 'the format of the events',
    choices: eventFormats,
    fallback: 'changes',
    read: readChoice(eventFormats),
  },
  eventDuplicates: {
    flags: '--event-duplicates <share>',
    env: 'CDC_EVENT_DUPLICATES',
    help: 'the share of events, 0 to 1, that come a second time, up to 10 events later',
    fallback: 0,
    read: readNumber('0.01'),
  },
  eventShuffle: {
    flags: '--event-shuffle <places>',
    env: 'CDC_EVENT_SHUFFLE',
    help: 'by how many places, at most, an event comes too early or too late',
    fallback: 0,
    read: readNumber('5'),
  },
  eventLate: {
    flags: '--event-late <share>',
    env: 'CDC_EVENT_LATE',
    help: 'the share of events, 0 to 1, that come 3 commits late',
    fallback: 0,
    read: readNumber('0.01'),
  },
}
