import { isDecodedText } from './formats/read-test-decoding.js'

const STRUCTURE = /["{}[\]]/g
const QUOTE = /["\\]/g

/** Begins a record of a JSON text sequence. */
const RECORD = '\u001e'

/**
 * Cuts text into the events that it holds, however they are laid out: a line each, an array, pretty-printed, one after
 * the other, or in pieces that do not end with an event. What is no JSON is an event as far as its line goes.
 */
export class TextSplitter {
  /** What has been taken of an event that is not complete. */
  #open = ''
  #depth = 0
  /** The quotation mark that is open. */
  #quote = ''
  #escaped = false
  /** Whether a line holds what anyone wrote, so that its quotation marks mean nothing. */
  #isMessage = false

  /** The events that are complete with this text. A line goes on in the next text, unless that begins like a line. */
  push(text: string): string[] {
    const events: string[] = []
    const isLine = this.#open !== '' && this.#depth === 0 && this.#quote === ''
    if (isLine && isDecodedText(text)) events.push(...this.end())
    let start = 0
    const close = (end: number): void => {
      events.push(this.#open + text.slice(start, end))
      this.#reset()
      start = end
    }
    for (let at = 0; at < text.length; at++) {
      if (this.#depth > 0) {
        at = this.#escaped ? at : nextOf(this.#quote === '' ? STRUCTURE : QUOTE, text, at)
        this.#stepInJson(text.charAt(at))
        if (this.#depth === 0) close(at + 1)
        continue
      }
      const char = text.charAt(at)
      if (this.#open === '' && start === at) {
        if (char === '{') this.#depth = 1
        else if (isBetween(char)) start = at + 1
        else if (text.startsWith('null', at)) {
          close(at + 'null'.length)
          at += 'null'.length - 1
        } else this.#isMessage = text.startsWith('message: ', at)
      } else if (char === '\n' && this.#quote === '') {
        close(at)
        start = at + 1
      } else if (!this.#isMessage) this.#stepInLine(char)
    }
    this.#open += text.slice(start)
    return events
  }

  end(): string[] {
    const rest = this.#open
    this.#reset()
    return rest === '' ? [] : [rest]
  }

  #stepInJson(char: string): void {
    if (this.#escaped) this.#escaped = false
    else if (this.#quote !== '') {
      if (char === '\\') this.#escaped = true
      else if (char === '"') this.#quote = ''
    } else if (char === '"') this.#quote = char
    else if (char === '{' || char === '[') this.#depth += 1
    else if (char === '}' || char === ']') this.#depth -= 1
  }

  /** A quotation mark within quotes is doubled, which closes and opens them. */
  #stepInLine(char: string): void {
    if (this.#quote === '' && (char === "'" || char === '"')) this.#quote = char
    else if (char === this.#quote) this.#quote = ''
  }

  #reset(): void {
    this.#open = ''
    this.#depth = 0
    this.#quote = ''
    this.#escaped = false
    this.#isMessage = false
  }
}

/** The next place where a character of a set stands, or the end. */
function nextOf(set: RegExp, text: string, at: number): number {
  set.lastIndex = at
  return set.test(text) ? set.lastIndex - 1 : text.length
}

/** What stands around events: white space, a byte order mark, the marks of an array and of JSON text sequences. */
function isBetween(char: string): boolean {
  return char === RECORD || /[\s\ufeff,[\]]/.test(char)
}
