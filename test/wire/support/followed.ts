import { Conversation, type ConversationOptions, ofClient, ofServer } from '../../../src/wire/protocol/conversation.js'
import { MessageFramer } from '../../../src/wire/protocol/message-framer.js'

/** What one side says, and in which chunks. */
export interface Said {
  readonly by: 'client' | 'server'
  readonly chunks: readonly Buffer[]
}

/** What a conversation makes of what both sides say: statements with their protocol, and all that went on to the server. */
export interface Followed {
  readonly statements: readonly string[]
  readonly digests: readonly string[]
  readonly sent: Buffer
  readonly conversation: Conversation<undefined>
}

/** Follows a session that has logged in. */
export function follow(said: readonly Said[], options: ConversationOptions = {}): Followed {
  const conversation = new Conversation<undefined>(options)
  conversation.answers.answered('Z')
  const framers = { client: new MessageFramer({ lookedAt: ofClient.lookedAt }), server: new MessageFramer(ofServer) }
  const statements: string[] = []
  const digests: string[] = []
  const sent: Buffer[] = []
  for (const { by, chunks } of said) {
    for (const piece of chunks.flatMap((chunk) => [...framers[by].pieces(chunk)])) {
      if (by === 'server') {
        conversation.answered(piece)
        continue
      }
      const step = conversation.heard(piece)
      if (step?.candidate && !conversation.answers.isDeaf) {
        digests.push(step.candidate.statement.digest)
        statements.push(`${step.candidate.protocol}: ${step.candidate.statement.text}`)
      }
      for (const next of step?.pieces ?? []) {
        conversation.sent(next)
        sent.push(next.bytes)
      }
    }
  }
  const rest = [...conversation.rest(), ...[framers.client.rest()].filter((piece) => piece !== undefined)]
  return { statements, digests, sent: Buffer.concat([...sent, ...rest.map(({ bytes }) => bytes)]), conversation }
}
