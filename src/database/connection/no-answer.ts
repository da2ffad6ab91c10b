/** As the operating system would say it, so that whoever tells errors apart by their code knows it. */
export function noAnswer(milliseconds: number): Error {
  return Object.assign(new Error(`no answer in ${milliseconds} ms`), { code: 'ETIMEDOUT' })
}
