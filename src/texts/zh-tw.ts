/** What people read, in 繁體中文. */
import type { ErrorTexts } from '../core/errors.ts'
import { inLanguage } from '../core/text.ts'
import type { Texts } from './en.ts'
import { spaced } from './spaced.ts'

export const zhTw: Texts = {
  tagline: 'openclaw：一個本機閘道、一個命令列工具、一個位址，供你所有的 AI 程式使用',
  usage: '用法',
  command: '指令',
  firstSteps: '先看一遍完整流程，不需要帳號，也不需要網路：',
  run: '請執行',
  next: '下一步',
  none: '-',
  labelled: (label, value) => `${label}：${value}`,
  withReason: (what, reason) => `${what}（${reason}）`,
  comma: '，',

  commands: {
    quickstart: '在暫存資料夾裡看一遍完整流程，結束後自動刪除',
    agent: '在命令列向模型提問',
    modelsList: '列出可用的模型',
    modelsSet: '選擇預設模型',
    modelsStatus: '顯示預設模型、登入狀態與今天剩餘的額度',
    modelsAuthLogin: '登入提供商',
    pluginsList: '列出外掛',
    pluginsEnable: '啟用外掛',
    pluginsDisable: '停用外掛',
    gatewayRun: '在目前的終端機執行閘道',
    gatewayStart: '在背景啟動閘道',
    gatewayStop: '停止閘道；正在輸出的回答可以先完成',
    gatewayRestart: '重新啟動閘道（未執行時直接啟動）',
    gatewayStatus: '顯示閘道是否正在執行',
    gatewayToken: '輸出程式存取閘道所需的權杖',
    configValidate: '檢查兩個設定檔，指出每個問題的位置',
    configSchema: '輸出設定的 JSON Schema，供編輯器使用',
    configPath: '輸出設定檔的位置',
    configImport: '接管原版 OpenClaw 的設定；它的檔案保持不變',
    configGet: '顯示某一項設定或全部設定',
    configSet: '修改 openclaw.json 裡的一項設定',
    configUnset: '移除 openclaw.json 裡的一項設定',
    emulatorStart: '在本機執行 Qwen 入口網站的模擬器',
  },

  options: {
    json: '輸出 JSON',
    port: '監聽的連接埠',
    lang: 'en、zh-CN 或 zh-TW',
    noColor: '不使用色彩',
    help: '顯示此說明',
    version: '顯示版本',
    message: '要問的內容',
    agentId: '由哪個 agent 的模型來回答',
    model: '模型參照（provider/model）或別名',
    image: '要詢問的圖片（PNG、JPEG、GIF、WebP）',
    provider: '要登入的提供商',
    setDefault: '把它的模型設為預設',
    email: '註記這是誰的登入；提供商不會告知',
    exitWithStdin: '啟動它的程式結束時一併結束',
    from: '原版 OpenClaw 的狀態資料夾',
    dryRun: '只顯示會做什麼，不做任何變更',
    noBrowser: '不開啟瀏覽器',
  },

  states: {
    on: '已啟用',
    off: '未啟用',
    broken: '無法使用',
    ok: '正常',
    refreshable: '已過期，下次請求時自動更新',
    expiring: '即將過期',
    expired: '已過期',
    'needs-login': '需要登入',
    'plan-retired': '方案已關閉',
    resting: '冷卻中',
    'unset-variable': '環境變數未設定',
  },

  plugins: {
    none: '沒有外掛。',
    enabled: (id) => `外掛 ${id} 已啟用。`,
    alreadyOn: (id) => `外掛 ${id} 原本就已啟用。`,
    disabled: (id) => `外掛 ${id} 已停用。`,
    alreadyOff: (id) => `外掛 ${id} 原本就沒有啟用。`,
    trust: '外掛在 openclaw 內部執行，openclaw 能做的事它都能做。',
  },

  models: {
    none: '還沒有模型。',
    columns: ['模型', '輸入', '上下文', '可用', '標籤'],
    takes: { text: '文字', image: '圖片' },
    yes: '是',
    no: '否',
    set: (ref) => `預設模型：${ref}`,
    kept: (ref) => `預設模型：${ref}（與先前相同）`,
    status: {
      settings: '設定檔',
      default: '預設模型',
      fallbacks: '備援',
      imageModel: '圖片模型',
      aliases: '別名',
      logins: '登入資訊',
      noLogins: '還沒有',
      quota: '今日額度',
      used: (used, limit) => `已用 ${used} 次，共 ${limit} 次請求`,
      resets: (when, zone, left) => `${when}（${zone}）重設，還有 ${left}`,
      limits: (day, minute, source) =>
        `每天 ${day} 次${minute === undefined ? '' : `，每分鐘 ${minute} 次`}：${source}`,
      counted: '由 openclaw 在本機計數；提供商不提供用量。',
      retired: (label, since) => `${label} 已於 ${since} 關閉此方案。`,
      expiresIn: (left) => `權杖有效期還剩 ${left}`,
      expiredAgo: (past) => `權杖已過期 ${past}`,
      until: (when) => `到 ${when} 為止`,
      unknownSetting: (path) => `未知的設定，已保留但沒有作用：${path}`,
    },
  },

  login: {
    open: '請開啟此頁面登入：',
    code: (code) => `裝置碼是 ${code}。這次登入是你在這裡發起的；不要輸入別人傳給你的裝置碼。`,
    typeCode: (code) => `並在頁面上輸入裝置碼：${code}`,
    browserOpened: '已開啟瀏覽器。',
    waiting: (left) => `等待你核准，剩餘 ${left}（按 Ctrl-C 取消）`,
    problem: (what) => `遇到問題，正在重試：${what}`,
    addressIgnored: (host) => `伺服器要求把請求送往 ${host}；它不是該提供商的主機，已忽略。`,
    done: (provider) => `登入成功：${provider}`,
    profile: (profile, file) => `登入資訊 ${profile} 已存到 ${file}`,
    alias: (alias, ref) => `別名 ${alias} = ${ref}`,
    defaultSet: (ref) => `預設模型：${ref}`,
    defaultNotSet: (ref) => `尚未設為預設模型，如有需要：openclaw models set ${ref}`,
    retired: (text) => `注意：${text}`,
  },

  config: {
    original: (original, folder) => `${original} 屬於原版 OpenClaw，不會更動它；openclaw 使用 ${folder}。`,
    taken: (path) => `已接管：${path}`,
    wouldTake: (path) => `將會接管：${path}`,
    left: (path, reason) => `未接管：${path}（${reason}）`,
    nothingTaken: '沒有可以接管的設定。',
    contested: '另一個程式同時儲存了該檔案；它的修改已保留。',
    backup: (file) => `原來的內容保存在 ${file}`,
    fine: '設定沒有問題。',
    found: (errors, warnings) => `錯誤 ${errors} 個，警告 ${warnings} 個`,
    level: { error: '錯誤', warning: '警告' },
    set: (path, file) => `已在 ${file} 中設定 ${path}`,
    unset: (path, file) => `已從 ${file} 中移除 ${path}`,
    same: (path) => `${path} 原本就是這個值`,
    unknown: (path, nearest) => `${path} 不是 openclaw 認得的設定，已保留但不起作用。${meant(nearest)}`,
  },

  gateway: {
    listening: (url, pid) => `閘道正在監聽 ${url}（行程 ${pid}）`,
    started: (url, pid) => `閘道已啟動：${url}（行程 ${pid}）`,
    starting: (port) => `正在連接埠 ${port} 上啟動閘道`,
    stopping: (pid) => `正在停止行程 ${pid}`,
    stopped: (pid) => `閘道已停止（行程 ${pid}）。`,
    draining: (streams) => `還有 ${streams} 個回答正在輸出；舊行程會在最後一個完成後結束，最多 120 秒。`,
    drainingHere: (streams) => `已停止監聽，正在等待 ${streams} 個回答完成，最多 120 秒；再次送出訊號則立即結束。`,
    ended: '閘道已結束。',
    notRunning: '此狀態資料夾沒有執行中的閘道。',
    settingsTaken: '已重新讀取設定。',
    settingsRefused: (problem) => `新設定沒有生效，繼續使用上一份正確的設定：${problem}`,
    putBack: (profile) => `models.json 裡出現了 ${profile} 的舊權杖，已換回最新的一對。`,
    since: (uptime, streams) => `已執行 ${uptime}，正在處理 ${streams} 個請求`,
    stateFolder: (folder) => `狀態資料夾：${folder}`,
    problem: (text) => `問題：${text}`,
    tokenFor: '程式需要這個位址，以及 `openclaw gateway token` 輸出的權杖。',
  },

  agent: {
    answeredBy: (model) => `由 ${model} 回答`,
    insteadOf: (attempts) => `代替 ${attempts}`,
  },

  failures: {
    auth: '登入遭拒',
    'auth-retired': '方案已關閉',
    billing: '需要付費',
    'rate-limit': '速率限制',
    quota: '今天的請求次數已用完',
    overload: '服務過載',
    network: '無法連線',
    malformed: '回答無法解析',
    timeout: '逾時沒有回答',
    'model-missing': '沒有這個模型',
    'context-too-long': '內容超出它的上下文長度',
    filtered: '遭內容審查攔下',
    'bad-request': '請求遭拒',
    'quota-spent': '今天的請求次數已用完',
    'no-login': '未登入',
    'needs-login': '需要登入',
    'no-vision': '不支援圖片',
    'unset-variable': '環境變數未設定',
    'provider-not-found': '沒有這個提供商',
    'model-not-found': '沒有這個模型',
    'profile-not-found': '沒有這份登入資訊',
    'no-base-url': '沒有設定位址',
    'dialect-not-spoken': '不支援它的介面格式',
    'state-unwritable': '狀態無法寫入',
    'too-many-hops': '嘗試次數過多',
    resting: '冷卻中',
  },

  emulator: {
    listening: (url) => `Qwen 入口網站的模擬器：${url}（只是替身，不是 Qwen）`,
    approve: (url) => `核准頁面：${url}`,
    use: '把以下內容寫進 openclaw.json，讓 openclaw 連到它：',
    stop: '按 Ctrl-C 結束。',
  },

  quickstart: {
    title: 'openclaw quickstart：一切都在本機的暫存資料夾裡執行。',
    emulator: (url) => `Qwen 入口網站的模擬器已在 ${url} 執行`,
    plugin: (plugin) => `已啟用外掛：openclaw plugins enable ${plugin}`,
    login: (provider) => `正在登入：openclaw models auth login --provider ${provider} --set-default`,
    page: (url) => `核准頁面 ${url}`,
    approved: '已由 quickstart 自動核准；平時由你在頁面上按「核准」',
    signedIn: (profile) => `已登入 ${profile}`,
    gateway: (url) => `閘道：${url}`,
    portTaken: (wished, port) => `連接埠 ${wished} 已被佔用，改用 ${port}`,
    about: { text: '串流回答', picture: '看圖回答', fallback: '透過備援得到的回答' },
    daySpent: '用模擬器的開關把今天的免費請求次數全部用完',
    questions: {
      first: '閘道是做什麼的？',
      picture: '這張圖片裡有什麼？',
      afterwards: '今天的次數用完以後，由誰來回答？',
    },
    by: (model) => `由 ${model} 回答`,
    because: (attempts) => `原因：${attempts}`,
    try: '在另一個終端機親自試試：',
    tryMessage: '你好',
    stop: '按 Ctrl-C 結束所有行程，並刪除暫存資料夾。',
    ended: '已結束，沒有留下任何東西。',
    childEnded: 'quickstart 的一個行程自行結束了。',
  },

  time: {
    span: (seconds) => {
      const minutes = Math.floor(seconds / 60)
      const hours = Math.floor(minutes / 60)
      const days = Math.floor(hours / 24)
      if (days > 1) return `${days} 天`
      if (hours > 0) return `${hours} 小時 ${minutes % 60} 分鐘`
      return minutes > 0 ? `${minutes} 分鐘` : `${seconds} 秒`
    },
  },
}

const tried = (p: { readonly tried?: readonly string[] }): string => (p.tried ? `（試過：${p.tried.join('，')}）` : '')
const meant = (nearest: string | undefined): string => (nearest ? `你是指 ${nearest} 嗎？` : '')

export const zhTwErrors: ErrorTexts = {
  'provider-not-found': (p) => {
    if (p.plugin && p.isEnabled) return `外掛 ${p.plugin} 是在這個閘道啟動之後才啟用的。`
    if (p.plugin) return `這個提供商由外掛 ${p.plugin} 提供，而該外掛沒有啟用。`
    return `沒有外掛或設定項目提供它。${meant(p.nearest)}`
  },
  'oauth-failed': (p) => `${p.provider} 的回應：${p.detail}${tried(p)}`,
  'login-refused': () => '登入在核准頁面上被拒絕了。',
  'login-expired': (p) => `裝置碼在核准之前就過期了。${p.last ? `最後一次回應：${p.last}` : ''}`,
  'login-page': (p) => `提供商的位址傳回了 ${p.met}，內容不是 JSON：中間隔著代理伺服器、登入頁面或防火牆。`,
  'login-no-token': () => '回應裡沒有存取權杖。',
  'login-foreign-address': (p) => `伺服器給出的核准位址在 ${p.host}，那不是該提供商的主機。`,
  'login-bad-address': () => '伺服器給出的核准位址不是網址。',
  'login-bad-code': () => '伺服器給出的裝置碼無法顯示。',
  'login-insecure': (p) => `${p.address} 不是 https 位址；明文 http 只能用於本機。`,
  'token-refresh-failed': (p) => `${p.provider} 的權杖沒有更新成功：${p.detail}${tried(p)}`,
  'model-not-found': (p) => {
    if (p.nearest) return `沒有模型 ${p.model}。${meant(p.nearest)}`
    return `${p.detail ? `${p.model}：${p.detail}` : `沒有模型 ${p.model}。`}${tried(p)}`
  },
  'no-vision': (p) => `${p.model} 不支援圖片。`,
  'rate-limit-exceeded': (p) => `${p.provider} 的回應：${p.detail}${tried(p)}`,
  'quota-spent': (p) =>
    `今天的 ${p.limit} 次請求已用 ${p.used} 次；這一天在 ${p.resetsAt} 結束（${p.timeZone} 的午夜）。${tried(p)}`,
  'model-resting': (p) => `${p.model} 在 ${p.until} 之前不會再被詢問：${p.evidence}${tried(p)}`,

  'no-login': (p) => `還沒有登入 ${p.provider}。`,
  'no-model-set': () => '還沒有設定模型。',
  'plan-retired': (p) => `${inLanguage(p.words, 'zh-TW')}${tried(p)}`,
  'login-not-offered': (p) => `${p.provider} 沒有自己的登入方式：請在設定裡填寫 API Key。`,
  'login-cancelled': () => '登入已取消，沒有任何變更。',
  cancelled: () => '已取消。',
  'unset-variable': (p) => `${p.provider} 的設定引用了 \${${p.variable}}，但目前的環境沒有設定這個變數。`,

  'config-syntax': (p) => `${p.file}:${p.line}:${p.column}: 遇到${spaced(p.met)}，此處應為${spaced(p.expected)}。`,
  'config-invalid': (p) => `${p.file}:${p.line}:${p.column}: ${p.path}: ${p.wrong}`,
  'config-path-invalid': (p) =>
    `「${p.path}」不是設定路徑；路徑的樣子是 agents.defaults.model 或 agents.list[0].model。`,
  'config-value-refused': (p) => `${p.path}：${p.wrong}`,
  'config-path-unset': (p) => `${p.path} 沒有設定。${meant(p.nearest)}`,
  'config-kept-elsewhere': (p) =>
    `${p.path} 在 ${p.file} 裡，那個檔案由 openclaw 自己寫入；unset 只修改 openclaw.json。`,
  'no-original': (p) => `${p.folder} 裡沒有原版 OpenClaw 的設定。`,
  'config-secret-argument': (p) => `${p.path} 是機密，而命令列會被其他程式看到。請改為引用一個變數。`,
  'file-unusable': (p) => `無法使用 ${p.file}：${p.detail}。`,
  'state-unwritable': (p) => `狀態無法寫入：${p.detail}`,

  'plugin-not-found': (p) => `沒有外掛 ${p.plugin}。${meant(p.nearest)}`,
  'plugin-broken': (p) => `外掛 ${p.plugin} 無法使用：${p.detail}`,

  'port-in-use': (p) => `連接埠 ${p.port} 正被其他程式佔用。`,
  'gateway-running': (p) => `此狀態資料夾已有執行中的閘道：${p.url}（行程 ${p.pid}）。`,
  'gateway-not-running': () => '此狀態資料夾沒有執行中的閘道。',
  'gateway-start-failed': (p) => `閘道沒有啟動成功：${p.detail}`,
  'gateway-foreign': (p) => `行程 ${p.pid} 持有此狀態資料夾的閘道租約，但在連接埠 ${p.port} 上沒有回應；沒有動它。`,
  unauthorized: () => '閘道權杖缺少或不正確。請用 `Authorization: Bearer <token>` 傳送。',
  'foreign-host': (p) => `這個閘道不接受主機名稱「${p.host}」。`,
  'foreign-origin': () => '來自其他網頁的請求會被拒絕。',
  'route-not-found': (p) => `${p.route} 不存在。對話用 POST /v1/chat/completions，模型列表用 GET /v1/models。`,
  'method-not-allowed': (p) => `此處不允許 ${p.method}，請用 ${p.allowed}。`,
  'body-too-large': (p) => `請求內文超過 ${p.limit}。`,
  'bad-request': (p) => p.detail,
  'all-failed': (p) => `${p.model} 沒有回答：${p.detail}${tried(p)}`,
  'no-candidate': (p) =>
    p.tried ? `沒有可以詢問的模型：${p.tried.join('，')}。` : '沒有可以詢問的模型：備選清單是空的。',
  'no-base-url': (p) => `沒有設定 ${p.provider} 的位址。`,
  'dialect-not-spoken': (p) => `${p.provider} 使用的介面格式是「${p.api}」，openclaw 還不支援。`,
  'stream-broken': (p) => `回答中斷：${p.detail}`,

  'unknown-command': (p) =>
    `沒有指令「openclaw ${p.typed}」。${p.nearest ? `你是指「openclaw ${p.nearest}」嗎？` : ''}`,
  'unknown-option': (p) => `沒有選項 ${p.option}。${p.nearest ? `你是指 --${p.nearest} 嗎？` : ''}`,
  'option-missing': (p) => `缺少 --${p.option}。`,
  'option-needs-value': (p) => `--${p.option} 需要一個值：<${p.value}>。`,
  'option-takes-no-value': (p) => `--${p.option} 不帶值。`,
  'option-value': (p) => `--${p.option} 只接受 ${p.allowed}，而不是「${p.met}」。`,
  'argument-missing': (p) => `缺少 <${p.argument}>。`,
  'argument-too-many': (p) => `引數「${p.argument}」是多餘的。`,
  'picture-missing': (p) => `沒有圖片 ${p.file}。`,
  'picture-too-large': (p) => `${p.file} 超過 ${p.limit}。`,
  'picture-unknown': (p) => `${p.file} 不是 PNG、JPEG、GIF 或 WebP。`,
  internal: (p) => p.detail,
}
