/** The tables of options in another language. What is missing fails `test/docs/options.test.ts`. */
export interface Translation {
  readonly commandHead: readonly string[]
  readonly optionHead: readonly string[]
  readonly variableHead: readonly string[]
  /** By the name that commander gives the option. */
  readonly commandOptions: Readonly<Record<string, string>>
  /** Options of `createCdcStream` and `withCdcStream`, by name. */
  readonly options: Readonly<Record<string, string>>
  readonly variables: Readonly<Record<string, string>>
  /** Defaults and rules, by their English words. */
  readonly defaults: Readonly<Record<string, string>>
  /** Rules that hold numbers. */
  readonly patterns: readonly (readonly [RegExp, string])[]
}

const commandOptions: Translation['commandOptions'] = {
  batches: '提交多少个批次',
  batchSize: '每个批次中**每张表**的变更数，1 到 1000000；所有表在同一个事务里提交',
  interval: '相邻两个批次开始时间的间隔，单位秒；0 表示数据库多快就写多快。**环境变量 `CDC_INTERVAL` 的单位是毫秒**',
  rate: '所有表合计每秒的变更数，代替 `--batch-interval`',
  schedule:
    '依次使用的速率，写成 `秒:每秒变更数`，代替 `--batch-interval`：`10:500,2:5000,30:500-2000` 是一段恒速、一次突发和一段爬坡；走完后从头再来，最后一项不写秒数则一直保持',
  tables: '要变更的表',
  continuous: '一直运行到被中断为止，不能与 `--total-batches` 同用',
  ratio:
    'INSERT/UPDATE/DELETE 的权重，例如 `70/20/10`；或一个 0 到 0.5 的数 r，表示 UPDATE 和 DELETE 各占 r/2。DELETE 不能多于 INSERT',
  hazards:
    '让读取变更的程序容易出错的情形，取值 0 到 1：`hotKeys=0.5,sameKeyChains=0.1,reinsert=0.1,noopUpdates=0.1`（热点键、同一批次内同一键的连续变更、删除后重新插入、值不变的 UPDATE）',
  writers: '同时打开的事务数，各用一个会话，只要它们改的行不同',
  lateCommit: '其中一部分新行推迟一到四个批次才提交的批次所占比例，0 到 1',
  rollback: '先写入再回滚、然后换新键重写的批次所占比例，0 到 1',
  longTransaction: '一个长事务在多少个批次期间保持打开，一个接一个',
  seed: '随机种子，0 到 4294967295 的整数；所有变更都由它决定',
  scale: 'TPC-DS 规模因子，决定各个键的取值范围',
  nulls: '按 TPC-DS 的规则产生 NULL，或完全不产生',
  businessDate: '所有销售的日期',
  target:
    '目标数据库：`embedded` 为本次运行启动一个内嵌 PostgreSQL；`container` 启动 `CDC_CONTAINER_IMAGE` 指定的 Docker 容器；`configured` 是 `CLOUDBERRY_HOST` 指向的数据库；`auto` 在设置了 `CLOUDBERRY_HOST` 时等于 configured，否则等于 embedded；`none` 不写数据库，只输出变更事件',
  createTables: '创建缺少的表；在内嵌数据库上总会创建',
  dataDir: '内嵌数据库存放数据的目录，便于以后再用',
  events:
    '把每个变更作为一个事件写入该文件（覆盖旧内容），每行一个；`-` 表示标准输出，此时日志写到标准错误；`kafka://host:9092/topic` 表示 Kafka 的一个 topic，省略 `/topic` 时写入连接器所用的各个 topic',
  format: '事件的格式',
  eventExtras: '除变更之外连接器还写入的内容，用逗号分隔；仅限 Debezium 的格式',
  eventFrom: '事件从哪个提交之后开始，如同在负载运行中启动的连接器',
  eventDuplicates: '重复投递的事件所占比例，0 到 1，最多在 10 个事件之后再次出现',
  eventShuffle: '事件最多提前或推后多少个位置',
  eventLate: '晚 3 个提交才到达的事件所占比例，0 到 1',
  record: '把变更写入该文件（必须是新文件），供 `cloudberry-cdc replay` 重放',
  resume: '继续一个进程已死的运行：给出它的 token 或 `--record` 的文件，从表中能看到的最后一次提交接着写',
  logFile: '日志文件，新内容追加在末尾',
  logMaxSize: '日志文件达到该大小（例如 `10M`）后换新文件，保留 5 个旧文件，`mock-data.log.1` 最新',
  vacuumEvery: '每隔多少次提交对表执行一次 VACUUM，与写入并行；用于不会自动清理的服务器',
  analyzeEvery: '每隔多少次提交在两个批次之间对表执行一次 ANALYZE；写入本身不需要它',
  metricsPort: '在该端口的 `/metrics` 提供 OpenMetrics 指标；0 表示任意空闲端口，日志里会写明',
  metricsHost: '提供指标的地址；没有登录验证',
  report: '把本次运行写成一个带图表的 HTML 页面，同时在旁边写出同样数据的 JSON',
  sink: '下游：`postgres://…`、`mysql://…` 或 `mariadb://…`，或 `duckdb:文件`',
  sinkCommand: '打印下游数据的命令：以 CSV（带表头）或 NDJSON 打印环境变量 `CDC_TABLE` 所指表的各行；代替 `--sink`',
  table: '要读取的表，用逗号分隔；下游表名不同时写成 `store_sales_heap=sales_copy`',
  sql: '给出各表数据的查询，用分号分隔，写成 `store_sales_heap=SELECT …`；只比较查询给出的列；代替 `--table`',
  every: '相邻两次读取开始时间的间隔；上一次读完才开始下一次',
  within: '负载结束后，下游追上来最多用多久',
  require: '评级更差时以退出码 4 结束',
  maxStaleness: '有读取比这更旧，或下游始终没有追上时，以退出码 4 结束',
  verify: '结束时不把表与账本逐行比较',
  shard:
    '写同一批表的 n 份互不相交部分中的一份，`1/4` 到 `4/4`，各由自己的进程或机器运行；各处的 `--seed`、`--base` 和其他选项必须相同',
  shards:
    '总共有多少份：用于 `plan` 和 `verify`，也用于从 JOB_COMPLETION_INDEX 得知自己位置的运行（如 Kubernetes Indexed Job 的 pod）',
  base: '所有 ID 和小票号都大于这个数，由 `plan` 打印；代替在表中找到的最大值',
  json: '在标准输出打印一个 JSON 汇总，日志写到标准错误',
}

const options: Translation['options'] = {
  batches: '计划提交的批次数',
  batchSize: '每个批次中每张表的变更数',
  interval: '相邻两个批次开始时间的间隔，单位毫秒；0 表示数据库多快就写多快',
  rate: '所有表合计每秒的变更数，代替 `interval`',
  schedule: '依次使用的速率，代替 `interval`；走完后从头再来，最后一步不写 `seconds` 则一直保持',
  ratio: '变更的组成：权重，或一个 0 到 0.5 的数 r，表示 UPDATE 和 DELETE 各占 r/2',
  hazards: '让读取变更的程序容易出错的情形',
  writers: '同时打开的事务数；COMMIT 逐个发送，所以提交的编号就是变为可见的顺序',
  lateCommit: '其中一部分新行推迟一到四个批次才提交的批次所占比例：较小的键比较大的键更晚可见；这样的批次产生两次提交',
  rollback: '先写入再回滚、然后换新键重写的批次所占比例：键会有空缺',
  longTransaction: '一个长事务在多少个批次期间保持打开，一个接一个',
  tables: '要变更的表，也可以是用 `defineTable` 定义的自己的表',
  seed: '随机种子，所有变更都由它决定',
  scale: 'TPC-DS 规模因子，决定各个键的取值范围',
  nulls: '按 TPC-DS 的规则产生 NULL，或完全不产生',
  businessDate: '所有销售的日期',
  shard:
    '同时写同一批表的多个流中的一个，`1/4` 到 `4/4`，彼此互不知晓：各写 `base` + (i − 1) · 2^31 以上的 ID，最多 2,140,000,000 个；各用自己的值（由共同的 `seed` 决定），各自给提交编号',
  base: '流的所有 ID 和小票号都大于这个数，代替在表中找到的最大值',
  continuous: '一直运行到被停止为止，而不是 `batches` 次提交',
  target: '要写入的数据库；`none` 不写数据库，只有账本和 `commits()`',
  script: '直接给出变更，代替计划；表必须为空',
  token: '一次运行的 token（`CdcSummary.token`），用来重做同样的变更；表必须为空',
  resume: '继续一个进程已死的运行：它的 token，或 `readScript` 读出的 `record` 文件',
  record: '写入变更的文件，每个批次发送之前先写；供 `readScript` 使用',
  reset: '`run()` 清空表之后、第一个批次之前在同一事务里执行的 SQL',
  createTables: '创建缺少的表；在内嵌数据库上总会创建',
  dataDir: '内嵌数据库存放数据的目录，结束后保留',
  retryFor: '连接丢失、死锁或服务器重启时重试多久，单位毫秒',
  answerWithin: '写批次时连接多久没有任何应答就视为已断开并重试，单位毫秒',
  observe: '在事件发生时得到通知的函数',
  signal: '用来停止流的 AbortSignal：完成正在写的批次，不再开始新的',
  autoStart: '在测试体之前就启动负载',
  ddl: '建好表之后在测试的 schema 里执行的 SQL：自己的表、视图、增量视图',
  baseline: '测试开始前每张表已有的行数，即账本的第 0 次提交',
  isolation: '`schema`：每个测试有自己的 schema 和空表；`none`：写入配置的 schema，测试夹具既不创建也不删除它',
  job: '`job` 连接的建立方式：`listen` 用于在容器中运行的作业',
  teardownTimeout: '测试结束后全部关闭最多用多久，单位毫秒',
}

const variables: Translation['variables'] = {
  CLOUDBERRY_HOST: '配置的服务器：主机名、地址或 Unix 套接字所在目录',
  CLOUDBERRY_PORT: '端口',
  CLOUDBERRY_DATABASE: '数据库',
  CLOUDBERRY_USER: '登录用户',
  CLOUDBERRY_PASSWORD: '密码，任何地方都不会打印',
  CLOUDBERRY_SCHEMA: '命令行写入的 schema',
  CLOUDBERRY_SSLMODE: '`disable`、`require`、`verify-ca` 或 `verify-full`',
  CLOUDBERRY_SSLROOTCERT: '受信任证书的文件',
  CDC_URL:
    '用一个地址代替上面的变量：`mysql://user:password@host:3306/database`（[MySQL 与 MariaDB](mysql.md)），或 `postgres://…`',
  CDC_ALLOW_REMOTE: '仅在设置了 `CI` 时有意义：允许命令行写入别处的主机',
  CDC_KEEP: '`failed` 或 `all`：保留失败的测试或所有测试的 schema',
  CDC_REPLAY: '重做某个失败测试的变更；失败信息里会打印它',
  CDC_MUTATE: '`1` 表示每个 `explore(body)` 同时也是 `mutate(body)`',
  JOB_COMPLETION_INDEX: '由 Kubernetes 在 Indexed Job 的 pod 里设置：这是 `--shards` 中的第几份',
  CDC_CONTAINER_IMAGE: '目标 `container` 的镜像',
  CDC_CONTAINER_KIND: '`cloudberry`、`postgres`、`mysql` 或 `mariadb`：镜像接受哪些变量、怎样表示已就绪',
  CDC_CONTAINER_TIMEOUT: '容器启动最多用多久，单位毫秒',
  CDC_CONTAINER_READY: '匹配容器就绪日志行的正则表达式',
}

const defaults: Translation['defaults'] = {
  off: '关',
  'all of it': '全部',
  'one, without shards': '一份，即不分片',
  'those that are found; 0 with --shard': '在表中找到的值；使用 `--shard` 时为 0',
  'those that are found; with `shard` 0': '在表中找到的值；使用 `shard` 时为 0',
  'the stream has the tables to itself': '流独占这些表',
  'the tables are compared': '进行比较',
  none: '无',
  never: '从不',
  'all tables of the stream': '流的所有表',
  'any grade will do': '任何评级均可',
  'any will do': '不限',
  'in tests': '测试中',
  '1-2 UPDATEs and 1-2 DELETEs in every 800 changes': '每 800 个变更中 1–2 个 UPDATE 和 1–2 个 DELETE',
  'one or two UPDATEs and one or two DELETEs in every 800 changes': '每 800 个变更中 1–2 个 UPDATE 和 1–2 个 DELETE',
  'random, and reported': '随机，并会打印',
  'drawn from 1998 to 2003': '从 1998 到 2003 年中抽取',
  'drawn from the TPC-DS calendar, 1998 to 2003': '从 TPC-DS 日历 1998 到 2003 年中抽取',
  'a temporary folder, removed at the end': '临时目录，结束时删除',
  'no events': '不输出事件',
  'tombstones to Kafka, none to a file': '写入 Kafka 时为 tombstones，写入文件时没有',
  'no file': '不写文件',
  'a new run': '新的运行',
  'no limit': '不限',
  'no metrics': '不提供',
  'no report': '不写报告',
  'the certificates that Node.js trusts': 'Node.js 信任的证书',
  'by the name of the image': '由镜像名判断',
  'what the default image says': '默认镜像的就绪日志',
  "'auto': the configured one if CLOUDBERRY_HOST is set, else an embedded one":
    '`auto`：设置了 CLOUDBERRY_HOST 时为配置的数据库，否则为内嵌数据库',
  'that of the run': '本次运行的目标',
  '*Not in `withCdcStream`.*': '*`withCdcStream` 没有此项。*',
  'true or false': '`true` 或 `false`',
  'tpcds or none': '`tpcds` 或 `none`',
  'schema or none': '`schema` 或 `none`',
  'the name of a file': '文件名',
  'SQL, or a list of SQL': 'SQL，或 SQL 列表',
  'the name of a folder': '目录名',
  'a date from 1900-01-02 to 2100-01-01 as YYYY-MM-DD': '1900-01-02 到 2100-01-01 的日期 YYYY-MM-DD',
  'a share from 0 to 1': '0 到 1 的比例',
  'sales, returns, both, or a list of table definitions': '`sales`、`returns`、`both`，或表定义的列表',
  'a number, or weights { insert, update, delete }': '一个数，或权重 { insert, update, delete }',
  'shares from 0 to 1 of hotKeys, sameKeyChains, reinsert and noopUpdates':
    'hotKeys、sameKeyChains、reinsert、noopUpdates，各为 0 到 1 的比例',
}

/** The tables of docs/zh-CN.md. */
export const chineseOptions: Translation = {
  commandHead: ['选项', '环境变量', '默认值', '作用'],
  optionHead: ['选项', '默认值', '取值', '作用'],
  variableHead: ['变量', '默认值', '作用'],
  commandOptions,
  options,
  variables,
  defaults,
  patterns: [
    [/^a TPC-DS scale factor, one of (.*)$/, 'TPC-DS 规模因子：$1'],
    [/^a place and a number of shards up to (\S+), such as (\S+)$/, '位置和份数（最多 $1），例如 $2'],
    [/^an integer from (\S+) to (\S+)$/, '$1 到 $2 的整数'],
    [/^a number of milliseconds from (\S+) to (\S+)$/, '$1 到 $2 毫秒'],
    [/^a number of changes a second from (\S+) to (\S+)$/, '每秒 $1 到 $2 个变更'],
    [
      /^a list of steps (\{.*?\}) or (\{.*?\}) with rates of 0 or from (\S+) to (\S+)$/,
      '由 $1 或 $2 组成的列表，速率为 0 或 $3 到 $4',
    ],
  ],
}
