/** A variable of the environment that is no option of the command line. */
export interface DocumentedVariable {
  readonly fallback: string
  readonly text: string
}

/** Variables beside those of the command line's options. */
export const variables: Readonly<Record<string, DocumentedVariable>> = {
  CLOUDBERRY_HOST: {
    fallback: 'none',
    text: 'the configured server; a name, an address or the folder of a Unix socket',
  },
  CLOUDBERRY_PORT: { fallback: '`5432`', text: 'its port' },
  CLOUDBERRY_DATABASE: { fallback: '`gpadmin`', text: 'its database' },
  CLOUDBERRY_USER: { fallback: '`gpadmin`', text: 'the user to log in as' },
  CLOUDBERRY_PASSWORD: { fallback: 'none', text: 'the password; it is printed nowhere' },
  CLOUDBERRY_SCHEMA: { fallback: '`tpcds`', text: 'the schema that the command line writes to' },
  CLOUDBERRY_SSLMODE: {
    fallback: '`disable`',
    text: '`disable`, `require`, `verify-ca` or `verify-full`; see [security](security.md)',
  },
  CLOUDBERRY_SSLROOTCERT: {
    fallback: 'the certificates that Node.js trusts',
    text: 'a file with the certificates that are trusted',
  },
  CDC_URL: {
    fallback: 'none',
    text: 'the configured server as an address, instead of the variables above: `mysql://user:password@host:3306/database` ([MySQL and MariaDB](mysql.md)), or `postgres://…`',
  },
  CDC_ALLOW_REMOTE: {
    fallback: 'off',
    text: 'only where `CI` is set: lets the command line write to a host elsewhere; see [security](security.md)',
  },
  CDC_KEEP: {
    fallback: '`none`',
    text: '`failed` or `all`: keep the schemas of failed or of all tests; see [what a test wrote](targets.md#keeping-what-a-test-wrote)',
  },
  CDC_REPLAY: {
    fallback: 'none',
    text: 'makes the changes of a failed test again; the failure prints it',
  },
  CDC_MUTATE: {
    fallback: '`0`',
    text: '`1`: every `explore(body)` is a `mutate(body)` as well; see [would this test notice?](does-my-test-prove-anything.md#would-this-test-notice)',
  },
  JOB_COMPLETION_INDEX: {
    fallback: 'none',
    text: 'set by Kubernetes in the pods of an Indexed Job: which shard of `--shards` this is; see [several processes](scale-out.md)',
  },
  CDC_CONTAINER_IMAGE: {
    fallback: '`woblerr/cloudberry:2.1.0-incubating`',
    text: 'the image of the target `container`',
  },
  CDC_CONTAINER_KIND: {
    fallback: 'by the name of the image',
    text: '`cloudberry`, `postgres`, `mysql` or `mariadb`: which variables the image takes, and how it says that it is ready',
  },
  CDC_CONTAINER_TIMEOUT: { fallback: '`300000`', text: 'milliseconds that a container may take to start' },
  CDC_CONTAINER_READY: {
    fallback: 'what the default image says',
    text: 'a regular expression for the line of the log that says that a container is ready',
  },
}
