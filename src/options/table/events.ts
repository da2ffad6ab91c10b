import { eventFormats } from '../../events/event-format.js'
import { option } from '../option.js'
import { choice, integer, share, text } from '../values.js'

const has = ['command', 'shard'] as const

/** Which change events the command line writes. */
export const eventOptions = {
  /** A file, `-` for standard output. */
  events: option({
    value: text('the name of a file, or -'),
    has,
    command: {
      flags: '--events <file>',
      variable: 'CDC_EVENTS',
      help: 'write every change as an event to this file, which is written anew, a line each; - is standard output, with log lines on standard error',
      shown: 'no events',
      line: { text: (file) => `events=${file}` },
    },
  }),
  format: option({
    value: choice(eventFormats),
    has,
    fallback: 'changes',
    command: {
      flags: '--format <name>',
      variable: 'CDC_EVENTS_FORMAT',
      help: 'the format of the events',
      needs: 'events',
      line: { text: (format) => `format=${format}`, always: true },
    },
  }),
  eventDuplicates: option({
    value: share,
    has,
    fallback: 0,
    command: {
      flags: '--event-duplicates <share>',
      variable: 'CDC_EVENT_DUPLICATES',
      help: 'the share of events, 0 to 1, that come a second time, up to 10 events later',
      example: '0.01',
      needs: 'events',
      line: { text: (part) => `event duplicates=${part}` },
    },
  }),
  eventShuffle: option({
    value: integer(0, 1_000_000),
    has,
    fallback: 0,
    command: {
      flags: '--event-shuffle <places>',
      variable: 'CDC_EVENT_SHUFFLE',
      help: 'by how many places, at most, an event comes too early or too late',
      example: '5',
      needs: 'events',
      line: { text: (places) => `event shuffle=${places}` },
    },
  }),
  eventLate: option({
    value: share,
    has,
    fallback: 0,
    command: {
      flags: '--event-late <share>',
      variable: 'CDC_EVENT_LATE',
      help: 'the share of events, 0 to 1, that come 3 commits late',
      example: '0.01',
      needs: 'events',
      line: { text: (part) => `event late=${part}` },
    },
  }),
}
