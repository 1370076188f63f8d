/** What people read, in 简体中文. */
import type { ErrorTexts } from '../core/errors.ts'
import { inLanguage } from '../core/text.ts'
import type { Texts } from './en.ts'
import { spaced } from './spaced.ts'

export const zhCn: Texts = {
  tagline: 'openclaw：一个本地网关、一个命令行工具、一个地址，供你所有的 AI 程序使用',
  usage: '用法',
  command: '命令',
  firstSteps: '先看一遍完整流程，不需要账号，也不需要网络：',
  run: '请运行',
  next: '下一步',
  none: '-',
  labelled: (label, value) => `${label}：${value}`,
  withReason: (what, reason) => `${what}（${reason}）`,
  comma: '，',

  commands: {
    quickstart: '在临时目录里看一遍完整流程，结束后自动删除',
    agent: '在命令行里向模型提问',
    modelsList: '列出可用的模型',
    modelsSet: '选择默认模型',
    modelsStatus: '显示默认模型、登录状态和今天的剩余额度',
    modelsAuthLogin: '登录提供商',
    pluginsList: '列出插件',
    pluginsEnable: '启用插件',
    pluginsDisable: '停用插件',
    gatewayRun: '在当前终端里运行网关',
    gatewayStart: '在后台启动网关',
    gatewayStop: '停止网关；正在输出的回答可以先完成',
    gatewayRestart: '重启网关（没有运行时直接启动）',
    gatewayStatus: '显示网关是否在运行',
    gatewayToken: '输出程序访问网关所需的令牌',
    configGet: '显示某一项设置或全部设置',
    configSet: '修改 openclaw.json 里的一项设置',
    configUnset: '移除 openclaw.json 里的一项设置',
    emulatorStart: '在本机运行 Qwen 门户的模拟器',
  },

  options: {
    json: '输出 JSON',
    port: '监听的端口',
    lang: 'en、zh-CN 或 zh-TW',
    noColor: '不使用颜色',
    help: '显示此帮助',
    version: '显示版本',
    message: '要问的内容',
    agentId: '用哪个 agent 的模型来回答',
    model: '模型引用（provider/model）或别名',
    image: '要提问的图片（PNG、JPEG、GIF、WebP）',
    provider: '要登录的提供商',
    setDefault: '把它的模型设为默认',
    email: '备注这是谁的登录；提供商不会告知',
    exitWithStdin: '启动它的程序结束时一并结束',
    noBrowser: '不打开浏览器',
  },

  states: {
    on: '已启用',
    off: '未启用',
    broken: '无法使用',
    ok: '正常',
    refreshable: '已过期，下次请求时自动刷新',
    expiring: '即将过期',
    expired: '已过期',
    'needs-login': '需要登录',
    'plan-retired': '套餐已关闭',
    resting: '冷却中',
    'unset-variable': '环境变量未设置',
  },

  plugins: {
    none: '没有插件。',
    enabled: (id) => `插件 ${id} 已启用。`,
    alreadyOn: (id) => `插件 ${id} 原本就已启用。`,
    disabled: (id) => `插件 ${id} 已停用。`,
    alreadyOff: (id) => `插件 ${id} 原本就没有启用。`,
    trust: '插件在 openclaw 内部运行，openclaw 能做的事它都能做。',
  },

  models: {
    none: '还没有模型。',
    columns: ['模型', '输入', '上下文', '可用', '标签'],
    takes: { text: '文本', image: '图片' },
    yes: '是',
    no: '否',
    set: (ref) => `默认模型：${ref}`,
    kept: (ref) => `默认模型：${ref}（与之前相同）`,
    status: {
      settings: '配置文件',
      default: '默认模型',
      fallbacks: '回退',
      imageModel: '图片模型',
      aliases: '别名',
      logins: '登录信息',
      noLogins: '还没有',
      quota: '今日额度',
      used: (used, limit) => `已用 ${used} 次，共 ${limit} 次请求`,
      resets: (when, zone, left) => `${when}（${zone}）重置，还有 ${left}`,
      limits: (day, minute, source) =>
        `每天 ${day} 次${minute === undefined ? '' : `，每分钟 ${minute} 次`}：${source}`,
      counted: '由 openclaw 在本机计数；提供商不提供用量。',
      retired: (label, since) => `${label} 已于 ${since} 关闭此套餐。`,
      expiresIn: (left) => `令牌有效期还剩 ${left}`,
      expiredAgo: (past) => `令牌已过期 ${past}`,
      until: (when) => `到 ${when} 为止`,
      unknownSetting: (path) => `未知的设置，已保留但不起作用：${path}`,
    },
  },

  login: {
    open: '请打开此页面登录：',
    code: (code) => `设备码是 ${code}。这次登录是你在这里发起的；不要输入别人发给你的设备码。`,
    typeCode: (code) => `并在页面上输入设备码：${code}`,
    browserOpened: '已打开浏览器。',
    waiting: (left) => `等待你批准，剩余 ${left}（按 Ctrl-C 取消）`,
    problem: (what) => `遇到问题，正在重试：${what}`,
    addressIgnored: (host) => `服务器要求把请求发往 ${host}；它不是该提供商的主机，已忽略。`,
    done: (provider) => `登录成功：${provider}`,
    profile: (profile, file) => `登录信息 ${profile} 已保存到 ${file}`,
    alias: (alias, ref) => `别名 ${alias} = ${ref}`,
    defaultSet: (ref) => `默认模型：${ref}`,
    defaultNotSet: (ref) => `尚未设为默认模型，如有需要：openclaw models set ${ref}`,
    retired: (text) => `注意：${text}`,
  },

  config: {
    set: (path, file) => `已在 ${file} 中设置 ${path}`,
    unset: (path, file) => `已从 ${file} 中移除 ${path}`,
    same: (path) => `${path} 原本就是这个值`,
    unknown: (path, nearest) => `${path} 不是 openclaw 认识的设置，已保留但不起作用。${meant(nearest)}`,
  },

  gateway: {
    listening: (url, pid) => `网关正在监听 ${url}（进程 ${pid}）`,
    started: (url, pid) => `网关已启动：${url}（进程 ${pid}）`,
    starting: (port) => `正在端口 ${port} 上启动网关`,
    stopping: (pid) => `正在停止进程 ${pid}`,
    stopped: (pid) => `网关已停止（进程 ${pid}）。`,
    draining: (streams) => `还有 ${streams} 个回答正在输出；旧进程会在最后一个完成后退出，最多 120 秒。`,
    drainingHere: (streams) => `已停止监听，正在等待 ${streams} 个回答完成，最多 120 秒；再次发送信号则立即结束。`,
    ended: '网关已结束。',
    notRunning: '此状态目录上没有网关在运行。',
    settingsTaken: '已重新读取设置。',
    settingsRefused: (problem) => `新设置没有生效，继续使用上一份正确的设置：${problem}`,
    putBack: (profile) => `models.json 里出现了 ${profile} 的旧令牌，已换回最新的一对。`,
    since: (uptime, streams) => `已运行 ${uptime}，正在处理 ${streams} 个请求`,
    stateFolder: (folder) => `状态目录：${folder}`,
    problem: (text) => `问题：${text}`,
    tokenFor: '程序需要这个地址，以及 `openclaw gateway token` 输出的令牌。',
  },

  agent: {
    answeredBy: (model) => `由 ${model} 回答`,
    insteadOf: (attempts) => `代替 ${attempts}`,
  },

  failures: {
    auth: '登录被拒绝',
    'auth-retired': '套餐已关闭',
    billing: '需要付费',
    'rate-limit': '速率限制',
    quota: '今天的请求次数已用完',
    overload: '服务过载',
    network: '无法连接',
    malformed: '回答无法解析',
    timeout: '超时没有回答',
    'model-missing': '没有这个模型',
    'context-too-long': '内容超出它的上下文长度',
    filtered: '被内容审核拦截',
    'bad-request': '请求被拒绝',
    'quota-spent': '今天的请求次数已用完',
    'no-login': '未登录',
    'needs-login': '需要登录',
    'no-vision': '不支持图片',
    'unset-variable': '环境变量未设置',
    'provider-not-found': '没有这个提供商',
    'model-not-found': '没有这个模型',
    'profile-not-found': '没有这份登录信息',
    'no-base-url': '没有设置地址',
    'dialect-not-spoken': '不支持它的接口格式',
    'state-unwritable': '状态无法写入',
    'too-many-hops': '尝试次数过多',
    resting: '冷却中',
  },

  emulator: {
    listening: (url) => `Qwen 门户的模拟器：${url}（只是替身，不是 Qwen）`,
    approve: (url) => `批准页面：${url}`,
    use: '把以下内容写进 openclaw.json，让 openclaw 连接它：',
    stop: '按 Ctrl-C 结束。',
  },

  quickstart: {
    title: 'openclaw quickstart：一切都在本机的临时目录里运行。',
    emulator: (url) => `Qwen 门户的模拟器已在 ${url} 运行`,
    plugin: (plugin) => `已启用插件：openclaw plugins enable ${plugin}`,
    login: (provider) => `正在登录：openclaw models auth login --provider ${provider} --set-default`,
    page: (url) => `批准页面 ${url}`,
    approved: '已由 quickstart 自动批准；平时由你在页面上点“批准”',
    signedIn: (profile) => `已登录 ${profile}`,
    gateway: (url) => `网关：${url}`,
    portTaken: (wished, port) => `端口 ${wished} 已被占用，改用 ${port}`,
    about: { text: '流式回答', picture: '看图回答', fallback: '通过回退得到的回答' },
    daySpent: '用模拟器的开关把今天的免费请求次数全部用完',
    questions: {
      first: '网关是做什么的？',
      picture: '这张图片里有什么？',
      afterwards: '今天的次数用完以后，由谁来回答？',
    },
    by: (model) => `由 ${model} 回答`,
    because: (attempts) => `原因：${attempts}`,
    try: '在另一个终端里亲自试试：',
    tryMessage: '你好',
    stop: '按 Ctrl-C 结束全部进程，并删除临时目录。',
    ended: '已结束，没有留下任何东西。',
    childEnded: 'quickstart 的一个进程自行退出了。',
  },

  time: {
    span: (seconds) => {
      const minutes = Math.floor(seconds / 60)
      const hours = Math.floor(minutes / 60)
      const days = Math.floor(hours / 24)
      if (days > 1) return `${days} 天`
      if (hours > 0) return `${hours} 小时 ${minutes % 60} 分钟`
      return minutes > 0 ? `${minutes} 分钟` : `${seconds} 秒`
    },
  },
}

const tried = (p: { readonly tried?: string }): string => (p.tried ? `（试过：${p.tried}）` : '')
const meant = (nearest: string | undefined): string => (nearest ? `你是指 ${nearest} 吗？` : '')

export const zhCnErrors: ErrorTexts = {
  'provider-not-found': (p) => {
    if (p.plugin && p.isEnabled) return `插件 ${p.plugin} 是在这个网关启动之后才启用的。`
    if (p.plugin) return `这个提供商由插件 ${p.plugin} 提供，而该插件没有启用。`
    return `没有插件或设置条目提供它。${meant(p.nearest)}`
  },
  'oauth-failed': (p) => `${p.provider} 的回应：${p.detail}${tried(p)}`,
  'login-refused': () => '登录在批准页面上被拒绝了。',
  'login-expired': (p) => `设备码在批准之前就过期了。${p.last ? `最后一次回应：${p.last}` : ''}`,
  'login-page': (p) => `提供商的地址返回了 ${p.met}，内容不是 JSON：中间隔着代理、登录页面或防火墙。`,
  'login-no-token': () => '回应里没有访问令牌。',
  'login-foreign-address': (p) => `服务器给出的批准地址在 ${p.host}，那不是该提供商的主机。`,
  'login-bad-address': () => '服务器给出的批准地址不是网址。',
  'login-bad-code': () => '服务器给出的设备码无法显示。',
  'login-insecure': (p) => `${p.address} 不是 https 地址；明文 http 只能用于本机。`,
  'token-refresh-failed': (p) => `${p.provider} 的令牌没有刷新成功：${p.detail}${tried(p)}`,
  'model-not-found': (p) => {
    if (p.nearest) return `没有模型 ${p.model}。${meant(p.nearest)}`
    return `${p.detail ? `${p.model}：${p.detail}` : `没有模型 ${p.model}。`}${tried(p)}`
  },
  'no-vision': (p) => `${p.model} 不支持图片。`,
  'rate-limit-exceeded': (p) => `${p.provider} 的回应：${p.detail}${tried(p)}`,
  'quota-spent': (p) =>
    `今天的 ${p.limit} 次请求已用 ${p.used} 次；这一天在 ${p.resetsAt} 结束（${p.timeZone} 的午夜）。${tried(p)}`,
  'model-resting': (p) => `${p.model} 在 ${p.until} 之前不会再被询问：${p.evidence}${tried(p)}`,

  'no-login': (p) => `还没有登录 ${p.provider}。`,
  'no-model-set': () => '还没有设置模型。',
  'plan-retired': (p) => `${inLanguage(p.words, 'zh-CN')}${tried(p)}`,
  'login-not-offered': (p) => `${p.provider} 没有自己的登录方式：请在设置里填写 API Key。`,
  'login-cancelled': () => '登录已取消，没有任何改动。',
  cancelled: () => '已取消。',
  'unset-variable': (p) => `${p.provider} 的设置引用了 \${${p.variable}}，但当前环境没有设置这个变量。`,

  'config-syntax': (p) => `${p.file}:${p.line}:${p.column}: 遇到${spaced(p.met)}，此处应为${spaced(p.expected)}。`,
  'config-invalid': (p) => `${p.file}:${p.line}:${p.column}: ${p.path}: ${p.wrong}`,
  'config-path-invalid': (p) => `“${p.path}”不是设置路径；路径的样子是 agents.defaults.model 或 agents.list[0].model。`,
  'config-value-refused': (p) => `${p.path}：${p.wrong}`,
  'config-path-unset': (p) => `${p.path} 没有设置。${meant(p.nearest)}`,
  'config-kept-elsewhere': (p) =>
    `${p.path} 在 ${p.file} 里，那个文件由 openclaw 自己写入；unset 只修改 openclaw.json。`,
  'config-secret-argument': (p) => `${p.path} 是机密，而命令行会被其他程序看到。请改为引用一个变量。`,
  'file-unusable': (p) => `无法使用 ${p.file}：${p.detail}。`,
  'state-unwritable': (p) => `状态无法写入：${p.detail}`,

  'plugin-not-found': (p) => `没有插件 ${p.plugin}。${meant(p.nearest)}`,
  'plugin-broken': (p) => `插件 ${p.plugin} 无法使用：${p.detail}`,

  'port-in-use': (p) => `端口 ${p.port} 正被其他程序占用。`,
  'gateway-running': (p) => `此状态目录上已有网关在运行：${p.url}（进程 ${p.pid}）。`,
  'gateway-not-running': () => '此状态目录上没有网关在运行。',
  'gateway-start-failed': (p) => `网关没有启动成功：${p.detail}`,
  'gateway-foreign': (p) => `进程 ${p.pid} 持有此状态目录的网关租约，但在端口 ${p.port} 上没有回应；没有动它。`,
  unauthorized: () => '网关令牌缺失或不正确。请用 `Authorization: Bearer <token>` 发送。',
  'foreign-host': (p) => `这个网关不接受主机名“${p.host}”。`,
  'foreign-origin': () => '来自其他网页的请求会被拒绝。',
  'route-not-found': (p) => `${p.route} 不存在。对话用 POST /v1/chat/completions，模型列表用 GET /v1/models。`,
  'method-not-allowed': (p) => `此处不允许 ${p.method}，请用 ${p.allowed}。`,
  'body-too-large': (p) => `请求正文超过 ${p.limit}。`,
  'bad-request': (p) => p.detail,
  'all-failed': (p) => `${p.model} 没有回答：${p.detail}${tried(p)}`,
  'no-candidate': (p) => `没有可以询问的模型：${p.tried}`,
  'no-base-url': (p) => `没有设置 ${p.provider} 的地址。`,
  'dialect-not-spoken': (p) => `${p.provider} 使用的接口格式是“${p.api}”，openclaw 还不支持。`,
  'stream-broken': (p) => `回答中断：${p.detail}`,

  'unknown-command': (p) => `没有命令“openclaw ${p.typed}”。${p.nearest ? `你是指“openclaw ${p.nearest}”吗？` : ''}`,
  'unknown-option': (p) => `没有选项 ${p.option}。${p.nearest ? `你是指 --${p.nearest} 吗？` : ''}`,
  'option-missing': (p) => `缺少 --${p.option}。`,
  'option-needs-value': (p) => `--${p.option} 需要一个值：<${p.value}>。`,
  'option-takes-no-value': (p) => `--${p.option} 不带值。`,
  'option-value': (p) => `--${p.option} 只接受 ${p.allowed}，而不是“${p.met}”。`,
  'argument-missing': (p) => `缺少 <${p.argument}>。`,
  'argument-too-many': (p) => `参数“${p.argument}”是多余的。`,
  'picture-missing': (p) => `没有图片 ${p.file}。`,
  'picture-too-large': (p) => `${p.file} 超过 ${p.limit}。`,
  'picture-unknown': (p) => `${p.file} 不是 PNG、JPEG、GIF 或 WebP。`,
  internal: (p) => p.detail,
}
