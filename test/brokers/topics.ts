import { randomUUID } from 'node:crypto'
import {
  type Admin,
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  type KafkaMessage,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs'
import { onTestFinished, vi } from 'vitest'

/** A record as a consumer of kafkajs has it, which is another client than the one that wrote it. */
export interface Consumed {
  readonly topic: string
  readonly partition: number
  readonly message: KafkaMessage
}

function clientOf(bootstrap: string): Kafka {
  return new Kafka({ clientId: 'tests', brokers: [bootstrap], logLevel: logLevel.NOTHING })
}

async function withAdmin<T>(bootstrap: string, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = clientOf(bootstrap).admin()
  await admin.connect()
  try {
    return await use(admin)
  } finally {
    await admin.disconnect()
  }
}

/** Makes topics of this test, which are removed after it. */
export async function useTopics(bootstrap: string, names: readonly string[], numPartitions = 3): Promise<void> {
  await withAdmin(bootstrap, async (admin) => {
    await admin.createTopics({ waitForLeaders: false, topics: names.map((topic) => ({ topic, numPartitions })) })
    // Each partition has its leader then.
    const offsets = (): Promise<unknown> => Promise.all(names.map((topic) => admin.fetchTopicOffsets(topic)))
    await vi.waitFor(offsets, { timeout: 20_000 })
  })
  onTestFinished(() => withAdmin(bootstrap, (admin) => admin.deleteTopics({ topics: [...names] })))
}

/** A name that no other test has. */
export function ownName(): string {
  return `t-${randomUUID().slice(0, 8)}`
}

export async function topicsOf(bootstrap: string): Promise<string[]> {
  return withAdmin(bootstrap, (admin) => admin.listTopics())
}

/** Forbids everybody to write to a topic, or to see it. What nothing allows is forbidden where there is a rule. */
export async function forbid(bootstrap: string, topic: string, what: 'WRITE' | 'DESCRIBE'): Promise<void> {
  const place = {
    resourceType: AclResourceTypes.TOPIC,
    resourceName: topic,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: 'User:ANONYMOUS',
    host: '*',
  }
  const denied = { ...place, operation: AclOperationTypes[what], permissionType: AclPermissionTypes.DENY }
  const others = [AclOperationTypes.DESCRIBE, AclOperationTypes.DELETE].filter((one) => one !== denied.operation)
  const acl = [
    denied,
    ...others.map((operation) => ({ ...place, operation, permissionType: AclPermissionTypes.ALLOW })),
  ]
  await withAdmin(bootstrap, (admin) => admin.createAcls({ acl }))
  onTestFinished(() => withAdmin(bootstrap, async (admin) => void (await admin.deleteAcls({ filters: acl }))))
}

/** All that topics have, those of a partition in their order. */
export async function consume(bootstrap: string, topics: readonly string[]): Promise<Consumed[]> {
  const ends = await withAdmin(bootstrap, async (admin) =>
    Promise.all(topics.map(async (topic) => [topic, await admin.fetchTopicOffsets(topic)] as const)),
  )
  let left = ends
    .flatMap(([, partitions]) => partitions)
    .reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0)
  if (left === 0) return []
  const consumer = clientOf(bootstrap).consumer({ groupId: ownName(), maxWaitTimeInMs: 100 })
  const consumed: Consumed[] = []
  await consumer.connect()
  try {
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => payload.restart || reject(payload.error))
      consumer
        .run({
          eachMessage: async ({ topic, partition, message }) => {
            consumed.push({ topic, partition, message })
            if (--left === 0) resolve()
          },
        })
        .catch(reject)
    })
  } finally {
    await consumer.disconnect()
  }
  return consumed
}
