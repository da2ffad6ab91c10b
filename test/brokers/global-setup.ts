import type { TestProject } from 'vitest/node'
import { hasKafka, startKafka } from '../support/kafka-server.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where clients find a broker of Kafka; undefined where it is not installed. */
    kafka: string | undefined
  }
}

/** Refuses what an ACL forbids, and only that; a topic's partitions are three, and nothing makes topics by itself. */
const properties = {
  'num.partitions': '3',
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': 'true',
}

/** Starts the broker that the tests share. Those that kill or stop one start their own. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!hasKafka()) {
    console.log('Kafka is skipped: its jars are not installed, or Java or Maven.')
    project.provide('kafka', undefined)
    return undefined
  }
  const kafka = await startKafka(properties)
  project.provide('kafka', kafka.bootstrap)
  return async () => kafka[Symbol.asyncDispose]()
}
