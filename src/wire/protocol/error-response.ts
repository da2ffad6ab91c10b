/** An ErrorResponse of ours, which ends the session: the client shows its text as it would show a server's. */
export function errorResponse(code: string, message: string): Buffer {
  const fields = [`SFATAL`, `VFATAL`, `C${code}`, `M${message}`].map((field) => `${field}\0`).join('')
  const body = Buffer.from(`${fields}\0`)
  const header = Buffer.from('E....')
  header.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}
