/** What errors say, in 繁體中文. */
import { counted, type Tried } from '../core/error-entry.ts'
import type { ErrorTexts } from '../core/errors.ts'
import { localTime } from '../core/local-time.ts'
import { inLanguage } from '../core/text.ts'
import { spaced } from './spaced.ts'

function tried({ tried: asked, passed }: Tried): string {
  const parts = [
    ...(asked ? [`試過：${counted(asked, '').join('，')}`] : []),
    ...(passed ? [`沒有詢問：${counted(passed, '').join('，')}`] : []),
  ]
  return parts.length > 0 ? `（${parts.join('；')}）` : ''
}
export const meant = (nearest: string | undefined): string => (nearest ? `你是指 ${nearest} 嗎？` : '')
const listed = (english: string): string => english.replaceAll(', ', '、')

export const zhTwErrors: ErrorTexts = {
  'provider-not-found': (p) => {
    if (p.plugin && p.isEnabled) return `外掛 ${p.plugin} 是在這個閘道啟動之後才啟用的。`
    if (p.plugin) return `這個供應商由外掛 ${p.plugin} 提供，而該外掛沒有啟用。`
    return `沒有外掛或設定項目提供它。${meant(p.nearest)}`
  },
  'oauth-failed': (p) => `${p.provider} 的回應：${p.detail}${tried(p)}`,
  'wrong-address': (p) => `${p.provider} 的位址傳回了 ${p.status}；baseUrl 可能寫錯了。${p.detail}${tried(p)}`,
  'login-refused': () => '登入在核准頁面上被拒絕了。',
  'login-expired': (p) => `裝置碼在核准之前就過期了。${p.last ? `最後一次回應：${p.last}` : ''}`,
  'login-page': (p) => `供應商的位址傳回了 ${p.met}，內容不是 JSON：中間隔著代理伺服器、登入頁面或防火牆。`,
  'login-unreachable': (p) => `無法連到 ${p.provider} 的登入伺服器：${p.reason}。`,
  'login-no-token': () => '回應裡沒有存取權杖。',
  'login-foreign-address': (p) => `伺服器給出的核准位址在 ${p.host}，那不是該供應商的主機。`,
  'login-bad-address': () => '伺服器給出的核准位址不是網址。',
  'login-bad-code': () => '伺服器給出的裝置碼無法顯示。',
  'login-insecure': (p) => `${p.address} 不是 https 位址；明文 http 只能用於本機。`,
  'token-refresh-failed': (p) => `${p.provider} 的權杖沒有更新成功：${p.detail}${tried(p)}`,
  'auth-busy': (p) => `${p.provider} 的權杖已過期，暫時無法更新：${p.detail}${tried(p)}`,
  'model-not-found': (p) => {
    if (p.nearest) return `沒有模型 ${p.model}。${meant(p.nearest)}`
    return `${p.detail ? `${p.model}：${p.detail}` : `沒有模型 ${p.model}。`}${tried(p)}`
  },
  'agent-not-found': (p) => `沒有 agent ${p.agent}。${meant(p.nearest)}設定裡有：${p.known}`,
  'no-vision': (p) => `${p.model} 不支援圖片。`,
  'cooldown-unknown': (p) => `openclaw 不認得 ${p.name}：它不是供應商、模型或登入資訊。${meant(p.nearest)}`,
  'request-not-found': (p) => `沒有請求 ${p.id} 的紀錄：可能還在回答，也可能在選擇模型之前就被拒絕了。`,
  'request-ambiguous': (p) => `以 ${p.id} 開頭的請求不只一個：${p.ids}`,
  'no-tools': (p) => `${p.model} 不支援工具呼叫。`,
  'cannot-carry': (p) => `${p.detail}（${p.param}，詢問 ${p.model}）`,
  'window-too-small': (p) => `這個請求至少有 ${p.tokens} 個 token，而 ${p.model} 的上下文只有 ${p.window}。`,
  'rate-limit-exceeded': (p) => `${p.provider} 的回應：${p.detail}${tried(p)}`,
  'quota-spent': (p) =>
    `今天的 ${p.limit} 次請求已用 ${p.used} 次；這一天在 ${localTime(p.resetsAt, p.timeZone)} 結束（${p.timeZone} 的午夜）。${tried(p)}`,
  'model-resting': (p) => `${p.model} 在 ${localTime(p.until)} 之前不會再被詢問：${p.evidence}${tried(p)}`,

  'no-login': (p) => {
    if (p.detail) return `還沒有登入 ${p.provider}：${p.detail}。`
    return `還沒有登入 ${p.provider}。${p.variables ? `設定裡和 ${p.variables} 裡都沒有 API Key。` : ''}`
  },
  'no-model-set': () => '還沒有設定模型。',
  'plan-retired': (p) => `${inLanguage(p.words, 'zh-TW')}${tried(p)}`,
  'login-not-offered': (p) => `${p.provider} 沒有自己的登入方式：請在設定裡填寫 API Key。`,
  'no-existing-login': (p) => {
    if (!p.program) return `openclaw 不知道還有哪個程式會登入 ${p.provider}。`
    return `沒有可用的 ${p.program} 登入：${p.detail ?? ''}。`
  },
  'import-shared': (p) =>
    `複製 ${p.program} 的登入會讓其中一個程式被登出：誰先更新，誰就用掉了另一個程式手上的權杖。請直接使用原處的登入；加上 --copy 則仍然複製。`,
  'import-several': (p) => `${p.path} 裡有 ${p.count} 份登入資訊，而 --profile-id 只能命名一份。`,
  'key-refused': (p) => `API Key 被拒絕（${p.place}）：${p.detail}${p.others ? `（也可能屬於：${p.others}）` : ''}`,
  'key-of-other-plan': (p) => `從開頭看，這個 API Key 屬於：${p.other}。它不能用於：${p.place}。沒有把它傳送出去。`,
  'key-unchecked': (p) => `無法在 ${p.host} 驗證 API Key，因此沒有儲存任何內容：${p.detail}`,
  'key-missing': (p) =>
    `沒有提供 API Key。請在終端機裡輸入，或用 --key-stdin、--key-file 傳入。${p.variables ? `放在 ${p.variables} 裡的 API Key 不需要登入。` : ''}`,
  'key-unreadable': () => '提供的內容不是 API Key：應為一行字母、數字和符號，不含空格。',
  'key-not-taken': (p) => `${p.provider} 透過瀏覽器頁面登入，不使用 API Key。`,
  'place-not-told': (p) => `登入 ${p.provider} 時不使用 --${p.option}${p.takes ? `；可用的是 ${p.takes}` : ''}。`,
  'profile-name': (p) =>
    `「${p.name}」不能作為登入資訊的名稱：應寫成 <供應商>:<名稱> 或只寫名稱，只能使用字母、數字和「_」、「-」、「.」、「@」、「+」。`,
  'note-unfit': (p) => `--${p.option} 只能是一行文字，最多 ${p.most} 個字元，不能含有控制字元。`,
  'profile-of-other': (p) =>
    `${p.profile} 是 ${p.standing} 的登入資訊，不屬於 ${p.email}，已維持不變。另一個帳號請使用單獨的登入資訊。`,
  'login-not-found': (p) => `沒有登入資訊 ${p.profile}。${meant(p.nearest)}`,
  'login-of-other': (p) => `${p.profile} 是 ${p.owner} 的登入資訊，不是 ${p.provider} 的。`,
  'login-ambiguous': (p) => `有多份登入資訊叫 ${p.name}：${p.profiles}。請寫出完整的 id。`,
  'login-exists': (p) =>
    p.command
      ? `已經有登入資訊 ${p.profile}，已維持不變。請先登出，或用 --profile-id 另取一個名稱。`
      : `已經有登入資訊 ${p.profile}。`,
  'login-fixed': (p) => `${p.profile} 維持不變：${p.why}。`,
  'login-changed': (p) => `有人同時重新登入了 ${p.profile}，那份登入資訊已維持不變。`,
  'logout-untold': (p) => `無法通知登入伺服器結束 ${p.profile}，因此沒有移除任何內容：${p.detail}`,
  'confirmation-missing': () => '目前沒有終端機，無法確認這一步。',
  'setting-in-the-way': (p) => `${p.path} 在 ${p.file} 裡，它優先於這次登入要寫入的內容。`,
  'no-local-server': (p) => `本機沒有模型服務回應：${p.asked}。請先啟動一個。`,
  'server-not-told': (p) =>
    p.standing
      ? `之前選定的服務（${p.standing}）沒有回應，而這些有：${p.servers}。請用 --server 指定一個。`
      : `本機有多個模型服務回應：${p.servers}。請用 --server 指定一個。`,
  'login-cancelled': () => '登入已取消，沒有任何變更。',
  cancelled: () => '已取消。',
  'secrets-locked': (p) => `無法開啟登入憑證：${p.detail}。`,
  'keychain-unusable': (p) => `無法使用鑰匙圈：${p.detail}。`,
  'passphrase-unfit': (p) => `沒有可用來加密的密碼片語：${p.detail}。`,
  'passphrases-differ': () => '兩次輸入的密碼片語不一致，沒有任何變更。',
  'unset-variable': (p) =>
    `${p.provider} 的設定引用了 \${${p.variable}}，但目前的環境沒有設定這個變數。執行中的閘道只知道它啟動時的環境。`,

  'config-syntax': (p) => `${p.file}:${p.line}:${p.column}: 遇到${spaced(p.met)}，此處應為${spaced(p.expected)}。`,
  'config-invalid': (p) => `${p.file}:${p.line}:${p.column}: ${p.path}: ${p.wrong}`,
  'config-emptied': (p) => `${p.file}:1:1：檔案是空的，而原本有內容。如果不想設定任何內容，請寫入 {}。`,
  'counts-at-start': (p) => `閘道執行期間 ${p.setting} 被修改；下次啟動後才生效。`,
  'config-path-invalid': (p) =>
    `「${p.path}」不是設定路徑；路徑的樣子是 agents.defaults.model 或 agents.list[0].model。`,
  'config-value-refused': (p) => `${p.path}：${p.wrong}`,
  'config-value-broken': (p) =>
    `沒有做任何變更：值的開頭像 JSON5，但格式不對：${p.line}:${p.column}：遇到${spaced(p.met)}，此處應為${spaced(p.expected)}。加上 --text 可以原樣儲存。`,
  'file-open': (p) => `這台機器的其他使用者可以讀取 ${p.file}，而其中有憑證（權限 ${p.mode}）。`,
  'passphrase-file-open': (p) =>
    `不採用 ${p.file} 裡的密碼片語：這台機器的其他使用者可以讀取這個檔案（權限 ${p.mode}）。`,
  'config-path-unset': (p) => `${p.path} 沒有設定。${meant(p.nearest)}`,
  'config-kept-elsewhere': (p) =>
    `${p.path} 在 ${p.file} 裡，那個檔案由 openclaw 自己寫入；這個指令只修改 openclaw.json。`,
  'home-relative': (p) => `HOME 是 ${p.home}，在不同資料夾下執行會指向不同的位置；它必須以 / 開頭。`,
  'no-original': (p) => `${p.folder} 裡沒有原版 OpenClaw 的設定。`,
  'config-secret-argument': (p) => `${p.path} 是機密，而命令列會被其他程式看到。請改為引用一個變數。`,
  'file-unusable': (p) => `無法使用 ${p.file}：${p.detail}。`,
  'ca-unusable': (p) =>
    `gateway.ca 的憑證無法使用：${p.file}：${p.detail}。${p.kept ? '繼續使用先前讀到的憑證。' : '只信任系統預設的憑證機構。'}`,
  'state-unwritable': (p) => `狀態無法寫入：${p.detail}`,

  'alias-refused': (p) => `「${p.alias}」不能當作別名：${p.wrong}。`,
  'alias-taken': (p) => `${p.alias} 已經是 ${p.was} 的別名。`,
  'alias-not-found': (p) => `沒有別名 ${p.alias}。${meant(p.nearest)}`,
  'alias-in-use': (p) => `設定裡仍在使用 ${p.alias}：${p.places}`,
  'fallback-is-primary': (p) => `${p.ref} 已經排在第一位；每個模型只會被詢問一次。`,
  'fallback-not-found': (p) => `${p.name} 不在備援清單裡。${meant(p.nearest)}`,

  'plugin-not-found': (p) => `沒有外掛 ${p.plugin}。${meant(p.nearest)}`,
  'plugin-broken': (p) => `外掛 ${p.plugin} 無法使用：${p.detail}`,
  'plugin-unsafe': (p) => `外掛 ${p.plugin} 沒有載入，因為它的檔案可能已被他人更動。${p.file}：${p.detail}。`,
  'plugin-changed': (p) =>
    `外掛 ${p.plugin} 沒有載入：${p.folder} 裡的檔案與你啟用時的不同。如果是有意的更動，請重新啟用。`,
  'plugin-untrusted': (p) => `外掛 ${p.plugin} 沒有載入：設定裡打開了它，但 ${p.folder} 裡的檔案從未經過啟用。`,
  'plugin-gone': (p) => `外掛 ${p.plugin} 已啟用，但 plugins.load.paths 的各個資料夾裡都沒有它。`,

  'port-in-use': (p) => `連接埠 ${p.port} 正被其他程式佔用。`,
  'gateway-running': (p) => `此狀態資料夾已有執行中的閘道：${p.url}（行程 ${p.pid}）。`,
  'gateway-not-running': () => '此狀態資料夾沒有執行中的閘道。',
  'gateway-start-failed': (p) => `閘道沒有啟動成功：${p.detail}`,
  'gateway-foreign': (p) => `行程 ${p.pid} 持有此狀態資料夾的閘道租約，但在連接埠 ${p.port} 上沒有回應；沒有動它。`,
  'gateway-supervised': (p) =>
    `行程 ${p.pid} 由服務管理程式（systemd 或容器）啟動，舊行程一結束，新行程也會被終止；沒有做任何變更。請用該服務管理程式重新啟動。`,
  'bind-unprotected': (p) =>
    p.missing
      ? `gateway.tls 需要兩個檔案，而 gateway.tls.${p.missing} 沒有設定。`
      : `其他電腦也能連到 ${p.address}，而權杖在傳輸途中沒有任何保護：請設定 gateway.tls.cert 和 gateway.tls.key（PEM 檔案），或者 gateway.trustedProxies（你自己的 HTTPS 代理伺服器的位址）。`,
  'bind-elsewhere': (p) => `${p.address} 不是本機的位址。`,
  'tls-unusable': (p) => `${p.file} 不能用於 gateway.tls：${p.detail}。`,
  'token-weak': (p) => `${p.file} 裡的權杖可能被猜到：${p.detail}。`,
  'token-missing': (p) => `${p.file} 不見了或是空的；在有新權杖之前，原來的權杖繼續有效。`,
  'token-exists': (p) => `已經有名為 ${p.name} 的權杖。`,
  'token-not-found': (p) => `沒有權杖 ${p.name}。${meant(p.nearest)}`,
  'scope-missing': (p) => `這個權杖的權限是 ${p.held}，此處需要 ${p.needed}。`,
  'foreign-peer': () => '對於其他電腦，這個閘道只接受經由受信任的代理伺服器送來的請求。',
  unauthorized: () => '閘道權杖缺少或不正確。請用 `Authorization: Bearer <token>` 傳送。',
  'foreign-host': (p) => `這個閘道不接受主機名稱「${p.host}」。`,
  'foreign-origin': () => '來自其他網頁的請求會被拒絕。',
  'route-not-found': (p) =>
    `${p.route} 不存在。提問用 POST /v1/chat/completions、/v1/responses、/v1/messages 或 /v1/embeddings，模型清單用 GET /v1/models。`,
  'method-not-allowed': (p) => `此處不允許 ${p.method}，請用 ${p.allowed}。`,
  'body-too-large': (p) => `請求內文超過 ${p.limit}。`,
  'response-not-found': (p) =>
    `沒有記住回應 ${p.id}：它可能已超過一小時、由另一個權杖建立，或者建立時帶有 store: false。`,
  'previous-response-not-found': (p) =>
    `沒有記住上一個回應 ${p.id}：它可能已超過一小時、由另一個權杖建立，或者建立時帶有 store: false。請把完整對話放進 input 傳送。`,
  'bad-request': (p) => p.detail,
  'all-failed': (p) =>
    p.asked
      ? `${p.asked} 個模型都沒有回答；第一個是 ${p.model}：${p.detail}${tried(p)}`
      : `${p.model} 沒有回答：${p.detail}${tried(p)}`,
  'content-filtered': (p) =>
    `${p.model} 沒有回答：${p.detail} 帶上請求標頭 x-openclaw-filter-fallback: on，就會詢問下一個模型。${tried(p)}`,
  'no-candidate': (p) =>
    p.passed ? `沒有可以詢問的模型：${counted(p.passed, '').join('，')}。` : '沒有可以詢問的模型：備選清單是空的。',
  'no-base-url': (p) => `沒有設定 ${p.provider} 的位址。`,
  'plain-http': (p) =>
    `沒有向 ${p.provider} 傳送任何內容：${p.address} 是指向其他機器的明文 http 位址，途中任何人都能看到 API Key。`,
  'dialect-not-spoken': (p) =>
    `${p.provider} 使用的介面格式是「${p.api}」，openclaw 不支援；支援的是 openai-completions、openai-responses 和 anthropic-messages。`,
  'stream-broken': (p) => `回答中斷：${p.detail}`,

  'unknown-command': (p) =>
    `沒有指令「openclaw ${p.typed}」。${p.nearest ? `你是指「openclaw ${p.nearest}」嗎？` : ''}`,
  'unknown-option': (p) => `沒有選項 ${p.option}。${p.nearest ? `你是指 --${p.nearest} 嗎？` : ''}`,
  'secret-option': (p) =>
    `不接受 ${p.option}：命令列會被其他程式看到。請在終端機輸入 API Key，或用 --key-stdin、--key-file 傳入。`,
  'option-missing': (p) => `缺少 --${p.option}。`,
  'option-needs-value': (p) => `--${p.option} 需要一個值：<${p.value}>。`,
  'option-takes-no-value': (p) => `--${p.option} 不帶值。`,
  'option-value': (p) => `--${p.option} 只接受 ${listed(p.allowed)}，而不是「${p.met}」。`,
  'argument-value': (p) => `此處只接受 ${listed(p.allowed)}，而不是「${p.met}」。`,
  'argument-missing': (p) => `缺少 <${p.argument}>。`,
  'argument-too-many': (p) => `引數「${p.argument}」是多餘的。`,
  'picture-missing': (p) => `沒有圖片 ${p.file}。`,
  'picture-too-large': (p) => `${p.file} 超過 ${p.limit}。`,
  'picture-unknown': (p) => `${p.file} 不是 PNG、JPEG、GIF 或 WebP。`,
  internal: (p) => p.detail,
}
