/** What errors say, in 简体中文. */
import { counted, type Tried } from '../core/error-entry.ts'
import type { ErrorTexts } from '../core/errors.ts'
import { localTime } from '../core/local-time.ts'
import { inLanguage } from '../core/text.ts'
import { spaced } from './spaced.ts'

function tried({ tried: asked, passed }: Tried): string {
  const parts = [
    ...(asked ? [`试过：${counted(asked, '').join('，')}`] : []),
    ...(passed ? [`没有询问：${counted(passed, '').join('，')}`] : []),
  ]
  return parts.length > 0 ? `（${parts.join('；')}）` : ''
}
export const meant = (nearest: string | undefined): string => (nearest ? `你是指 ${nearest} 吗？` : '')
const listed = (english: string): string => english.replaceAll(', ', '、')

export const zhCnErrors: ErrorTexts = {
  'provider-not-found': (p) => {
    if (p.plugin && p.isEnabled) return `插件 ${p.plugin} 是在这个网关启动之后才启用的。`
    if (p.plugin) return `这个提供商由插件 ${p.plugin} 提供，而该插件没有启用。`
    return `没有插件或设置条目提供它。${meant(p.nearest)}`
  },
  'oauth-failed': (p) => `${p.provider} 的回应：${p.detail}${tried(p)}`,
  'wrong-address': (p) => `${p.provider} 的地址返回了 ${p.status}；baseUrl 可能写错了。${p.detail}${tried(p)}`,
  'login-refused': () => '登录在批准页面上被拒绝了。',
  'login-expired': (p) => `设备码在批准之前就过期了。${p.last ? `最后一次回应：${p.last}` : ''}`,
  'login-page': (p) => `提供商的地址返回了 ${p.met}，内容不是 JSON：中间隔着代理、登录页面或防火墙。`,
  'login-unreachable': (p) => `无法连到 ${p.provider} 的登录服务器：${p.reason}。`,
  'login-no-token': () => '回应里没有访问令牌。',
  'login-foreign-address': (p) => `服务器给出的批准地址在 ${p.host}，那不是该提供商的主机。`,
  'login-bad-address': () => '服务器给出的批准地址不是网址。',
  'login-bad-code': () => '服务器给出的设备码无法显示。',
  'login-insecure': (p) => `${p.address} 不是 https 地址；明文 http 只能用于本机。`,
  'token-refresh-failed': (p) => `${p.provider} 的令牌没有刷新成功：${p.detail}${tried(p)}`,
  'auth-busy': (p) => `${p.provider} 的令牌已过期，暂时无法刷新：${p.detail}${tried(p)}`,
  'model-not-found': (p) => {
    if (p.nearest) return `没有模型 ${p.model}。${meant(p.nearest)}`
    return `${p.detail ? `${p.model}：${p.detail}` : `没有模型 ${p.model}。`}${tried(p)}`
  },
  'agent-not-found': (p) => `没有 agent ${p.agent}。${meant(p.nearest)}设置里有：${p.known}`,
  'no-vision': (p) => `${p.model} 不支持图片。`,
  'cooldown-unknown': (p) => `openclaw 不认识 ${p.name}：它不是提供商、模型或登录。${meant(p.nearest)}`,
  'request-not-found': (p) => `没有请求 ${p.id} 的记录：可能还在回答，也可能在选择模型之前就被拒绝了。`,
  'request-ambiguous': (p) => `以 ${p.id} 开头的请求不止一个：${p.ids}`,
  'no-tools': (p) => `${p.model} 不支持工具调用。`,
  'cannot-carry': (p) => `${p.detail}（${p.param}，询问 ${p.model}）`,
  'window-too-small': (p) => `这个请求至少有 ${p.tokens} 个 token，而 ${p.model} 的上下文只有 ${p.window}。`,
  'rate-limit-exceeded': (p) => `${p.provider} 的回应：${p.detail}${tried(p)}`,
  'quota-spent': (p) =>
    `今天的 ${p.limit} 次请求已用 ${p.used} 次；这一天在 ${localTime(p.resetsAt, p.timeZone)} 结束（${p.timeZone} 的午夜）。${tried(p)}`,
  'model-resting': (p) => `${p.model} 在 ${localTime(p.until)} 之前不会再被询问：${p.evidence}${tried(p)}`,

  'no-login': (p) => {
    if (p.detail) return `还没有登录 ${p.provider}：${p.detail}。`
    return `还没有登录 ${p.provider}。${p.variables ? `设置里和 ${p.variables} 里都没有 API Key。` : ''}`
  },
  'no-model-set': () => '还没有设置模型。',
  'plan-retired': (p) => `${inLanguage(p.words, 'zh-CN')}${tried(p)}`,
  'login-not-offered': (p) => `${p.provider} 没有自己的登录方式：请在设置里填写 API Key。`,
  'no-existing-login': (p) => {
    if (!p.program) return `openclaw 不知道还有哪个程序会登录 ${p.provider}。`
    return `没有可用的 ${p.program} 登录：${p.detail ?? ''}。`
  },
  'import-shared': (p) =>
    `复制 ${p.program} 的登录会让其中一个程序退出登录：谁先刷新，谁就用掉了另一个程序手里的令牌。请直接使用原处的登录；加上 --copy 则仍然复制。`,
  'import-several': (p) => `${p.path} 里有 ${p.count} 份登录信息，而 --profile-id 只能命名一份。`,
  'key-refused': (p) => `API Key 被拒绝（${p.place}）：${p.detail}${p.others ? `（也可能属于：${p.others}）` : ''}`,
  'key-of-other-plan': (p) => `从开头看，这个 API Key 属于：${p.other}。它不能用于：${p.place}。没有把它发送出去。`,
  'key-unchecked': (p) => `无法在 ${p.host} 验证 API Key，因此没有保存任何内容：${p.detail}`,
  'key-missing': (p) =>
    `没有提供 API Key。请在终端里输入，或用 --key-stdin、--key-file 传入。${p.variables ? `放在 ${p.variables} 里的 API Key 不需要登录。` : ''}`,
  'key-unreadable': () => '提供的内容不是 API Key：应为一行字母、数字和符号，不含空格。',
  'key-not-taken': (p) => `${p.provider} 通过浏览器页面登录，不使用 API Key。`,
  'place-not-told': (p) => `登录 ${p.provider} 时不使用 --${p.option}${p.takes ? `；可用的是 ${p.takes}` : ''}。`,
  'profile-name': (p) =>
    `“${p.name}”不能作为登录信息的名字：应写成 <提供商>:<名字> 或只写名字，只能使用字母、数字和“_”、“-”、“.”、“@”、“+”。`,
  'note-unfit': (p) => `--${p.option} 只能是一行文字，最多 ${p.most} 个字符，不能含有控制字符。`,
  'profile-of-other': (p) =>
    `${p.profile} 是 ${p.standing} 的登录信息，不属于 ${p.email}，已保持不变。另一个账号请使用单独的登录信息。`,
  'login-not-found': (p) => `没有登录信息 ${p.profile}。${meant(p.nearest)}`,
  'login-of-other': (p) => `${p.profile} 是 ${p.owner} 的登录信息，不是 ${p.provider} 的。`,
  'login-ambiguous': (p) => `有多份登录信息叫 ${p.name}：${p.profiles}。请写出完整的 id。`,
  'login-exists': (p) =>
    p.command
      ? `已经有登录信息 ${p.profile}，已保持不变。请先退出登录，或用 --profile-id 另取一个名称。`
      : `已经有登录信息 ${p.profile}。`,
  'login-fixed': (p) => `${p.profile} 保持不变：${p.why}。`,
  'login-changed': (p) => `有人同时重新登录了 ${p.profile}，那份登录信息已保持不变。`,
  'logout-untold': (p) => `无法通知登录服务器结束 ${p.profile}，因此没有移除任何内容：${p.detail}`,
  'confirmation-missing': () => '当前没有终端，无法确认这一步。',
  'setting-in-the-way': (p) => `${p.path} 在 ${p.file} 里，它优先于这次登录要写入的内容。`,
  'no-local-server': (p) => `本机没有模型服务回应：${p.asked}。请先启动一个。`,
  'server-not-told': (p) =>
    p.standing
      ? `之前选定的服务（${p.standing}）没有回应，而这些有：${p.servers}。请用 --server 指定一个。`
      : `本机有多个模型服务回应：${p.servers}。请用 --server 指定一个。`,
  'login-cancelled': () => '登录已取消，没有任何改动。',
  cancelled: () => '已取消。',
  'secrets-locked': (p) => `无法打开登录凭据：${p.detail}。`,
  'keychain-unusable': (p) => `无法使用钥匙串：${p.detail}。`,
  'passphrase-unfit': (p) => `没有可用来加密的口令：${p.detail}。`,
  'passphrases-differ': () => '两次输入的口令不一致，没有任何改动。',
  'unset-variable': (p) =>
    `${p.provider} 的设置引用了 \${${p.variable}}，但当前环境没有设置这个变量。正在运行的网关只知道它启动时的环境。`,

  'config-syntax': (p) => `${p.file}:${p.line}:${p.column}: 遇到${spaced(p.met)}，此处应为${spaced(p.expected)}。`,
  'config-invalid': (p) => `${p.file}:${p.line}:${p.column}: ${p.path}: ${p.wrong}`,
  'config-emptied': (p) => `${p.file}:1:1：文件是空的，而原来有内容。如果不想设置任何内容，请写入 {}。`,
  'counts-at-start': (p) => `网关运行期间 ${p.setting} 被修改；下次启动后才生效。`,
  'config-path-invalid': (p) => `“${p.path}”不是设置路径；路径的样子是 agents.defaults.model 或 agents.list[0].model。`,
  'config-value-refused': (p) => `${p.path}：${p.wrong}`,
  'config-value-broken': (p) =>
    `没有做任何改动：值的开头像 JSON5，但格式不对：${p.line}:${p.column}：遇到${spaced(p.met)}，此处应为${spaced(p.expected)}。加上 --text 可以原样保存。`,
  'file-open': (p) => `这台机器的其他用户可以读取 ${p.file}，而其中有凭据（权限 ${p.mode}）。`,
  'passphrase-file-open': (p) => `不采用 ${p.file} 里的口令：这台机器的其他用户可以读取这个文件（权限 ${p.mode}）。`,
  'config-path-unset': (p) => `${p.path} 没有设置。${meant(p.nearest)}`,
  'config-kept-elsewhere': (p) =>
    `${p.path} 在 ${p.file} 里，那个文件由 openclaw 自己写入；这条命令只修改 openclaw.json。`,
  'home-relative': (p) => `HOME 是 ${p.home}，在不同目录下运行会指向不同的位置；它必须以 / 开头。`,
  'no-original': (p) => `${p.folder} 里没有原版 OpenClaw 的设置。`,
  'config-secret-argument': (p) => `${p.path} 是机密，而命令行会被其他程序看到。请改为引用一个变量。`,
  'file-unusable': (p) => `无法使用 ${p.file}：${p.detail}。`,
  'ca-unusable': (p) =>
    `gateway.ca 的证书无法使用：${p.file}：${p.detail}。${p.kept ? '继续使用之前读到的证书。' : '只信任系统默认的证书机构。'}`,
  'state-unwritable': (p) => `状态无法写入：${p.detail}`,

  'alias-refused': (p) => `“${p.alias}”不能用作别名：${p.wrong}。`,
  'alias-taken': (p) => `${p.alias} 已经是 ${p.was} 的别名。`,
  'alias-not-found': (p) => `没有别名 ${p.alias}。${meant(p.nearest)}`,
  'alias-in-use': (p) => `设置里仍在使用 ${p.alias}：${p.places}`,
  'fallback-is-primary': (p) => `${p.ref} 已经排在第一位；每个模型只会被询问一次。`,
  'fallback-not-found': (p) => `${p.name} 不在回退列表里。${meant(p.nearest)}`,

  'plugin-not-found': (p) => `没有插件 ${p.plugin}。${meant(p.nearest)}`,
  'plugin-broken': (p) => `插件 ${p.plugin} 无法使用：${p.detail}`,
  'plugin-unsafe': (p) => `插件 ${p.plugin} 没有加载，因为它的文件可能已被他人改动。${p.file}：${p.detail}。`,
  'plugin-changed': (p) =>
    `插件 ${p.plugin} 没有加载：${p.folder} 里的文件与你启用时的不同。如果是有意的改动，请重新启用。`,
  'plugin-untrusted': (p) => `插件 ${p.plugin} 没有加载：设置里打开了它，但 ${p.folder} 里的文件从未经过启用。`,
  'plugin-gone': (p) => `插件 ${p.plugin} 已启用，但 plugins.load.paths 的各个目录里都没有它。`,

  'port-in-use': (p) => `端口 ${p.port} 正被其他程序占用。`,
  'gateway-running': (p) => `此状态目录上已有网关在运行：${p.url}（进程 ${p.pid}）。`,
  'gateway-not-running': () => '此状态目录上没有网关在运行。',
  'gateway-start-failed': (p) => `网关没有启动成功：${p.detail}`,
  'gateway-foreign': (p) => `进程 ${p.pid} 持有此状态目录的网关租约，但在端口 ${p.port} 上没有回应；没有动它。`,
  'gateway-supervised': (p) =>
    `进程 ${p.pid} 由服务管理程序（systemd 或容器）启动，旧进程一结束，新进程也会被终止；没有做任何改动。请用该服务管理程序重启。`,
  'bind-unprotected': (p) =>
    p.missing
      ? `gateway.tls 需要两个文件，而 gateway.tls.${p.missing} 没有设置。`
      : `其他机器也能访问 ${p.address}，而令牌在传输途中没有任何保护：请设置 gateway.tls.cert 和 gateway.tls.key（PEM 文件），或者 gateway.trustedProxies（你自己的 HTTPS 代理的地址）。`,
  'bind-elsewhere': (p) => `${p.address} 不是本机的地址。`,
  'tls-unusable': (p) => `${p.file} 不能用于 gateway.tls：${p.detail}。`,
  'token-weak': (p) => `${p.file} 里的令牌可能被猜到：${p.detail}。`,
  'token-missing': (p) => `${p.file} 不见了或是空的；在有新令牌之前，原来的令牌继续有效。`,
  'token-exists': (p) => `已经有名为 ${p.name} 的令牌。`,
  'token-not-found': (p) => `没有令牌 ${p.name}。${meant(p.nearest)}`,
  'scope-missing': (p) => `这个令牌的权限是 ${p.held}，此处需要 ${p.needed}。`,
  'foreign-peer': () => '对于其他机器，这个网关只接受经由受信任代理的请求。',
  unauthorized: () => '网关令牌缺失或不正确。请用 `Authorization: Bearer <token>` 发送。',
  'foreign-host': (p) => `这个网关不接受主机名“${p.host}”。`,
  'foreign-origin': () => '来自其他网页的请求会被拒绝。',
  'route-not-found': (p) =>
    `${p.route} 不存在。提问用 POST /v1/chat/completions、/v1/responses、/v1/messages 或 /v1/embeddings，模型列表用 GET /v1/models。`,
  'method-not-allowed': (p) => `此处不允许 ${p.method}，请用 ${p.allowed}。`,
  'body-too-large': (p) => `请求正文超过 ${p.limit}。`,
  'response-not-found': (p) =>
    `没有记住响应 ${p.id}：它可能已超过一小时、由另一个令牌创建，或者创建时带有 store: false。`,
  'previous-response-not-found': (p) =>
    `没有记住上一个响应 ${p.id}：它可能已超过一小时、由另一个令牌创建，或者创建时带有 store: false。请把完整对话放进 input 发送。`,
  'bad-request': (p) => p.detail,
  'all-failed': (p) =>
    p.asked
      ? `${p.asked} 个模型都没有回答；第一个是 ${p.model}：${p.detail}${tried(p)}`
      : `${p.model} 没有回答：${p.detail}${tried(p)}`,
  'content-filtered': (p) =>
    `${p.model} 没有回答：${p.detail} 带上请求头 x-openclaw-filter-fallback: on，就会询问下一个模型。${tried(p)}`,
  'no-candidate': (p) =>
    p.passed ? `没有可以询问的模型：${counted(p.passed, '').join('，')}。` : '没有可以询问的模型：备选列表是空的。',
  'no-base-url': (p) => `没有设置 ${p.provider} 的地址。`,
  'plain-http': (p) =>
    `没有向 ${p.provider} 发送任何内容：${p.address} 是指向其他机器的明文 http 地址，途中任何人都能看到 API Key。`,
  'dialect-not-spoken': (p) =>
    `${p.provider} 使用的接口格式是“${p.api}”，openclaw 不支持；支持的是 openai-completions、openai-responses 和 anthropic-messages。`,
  'stream-broken': (p) => `回答中断：${p.detail}`,

  'unknown-command': (p) => `没有命令“openclaw ${p.typed}”。${p.nearest ? `你是指“openclaw ${p.nearest}”吗？` : ''}`,
  'unknown-option': (p) => `没有选项 ${p.option}。${p.nearest ? `你是指 --${p.nearest} 吗？` : ''}`,
  'secret-option': (p) =>
    `不接受 ${p.option}：命令行会被其他程序看到。请在终端里输入 API Key，或用 --key-stdin、--key-file 传入。`,
  'option-missing': (p) => `缺少 --${p.option}。`,
  'option-needs-value': (p) => `--${p.option} 需要一个值：<${p.value}>。`,
  'option-takes-no-value': (p) => `--${p.option} 不带值。`,
  'option-value': (p) => `--${p.option} 只接受 ${listed(p.allowed)}，而不是“${p.met}”。`,
  'argument-value': (p) => `此处只接受 ${listed(p.allowed)}，而不是“${p.met}”。`,
  'argument-missing': (p) => `缺少 <${p.argument}>。`,
  'argument-too-many': (p) => `参数“${p.argument}”是多余的。`,
  'picture-missing': (p) => `没有图片 ${p.file}。`,
  'picture-too-large': (p) => `${p.file} 超过 ${p.limit}。`,
  'picture-unknown': (p) => `${p.file} 不是 PNG、JPEG、GIF 或 WebP。`,
  internal: (p) => p.detail,
}
