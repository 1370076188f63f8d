/** The texts of the approval page, in three languages. */

export interface PageTexts {
  readonly lang: string
  readonly title: string
  readonly notQwen: string
  readonly askCode: string
  readonly askCodeHint: string
  readonly proceed: string
  readonly codeLabel: string
  readonly compare: string
  readonly accountLabel: string
  readonly approve: string
  readonly deny: string
  readonly approvedTitle: string
  readonly approvedText: string
  readonly deniedTitle: string
  readonly deniedText: string
  readonly problemTitle: string
  readonly unknownCode: string
  readonly expiredCode: string
  readonly answeredCode: string
  readonly badAccount: string
  readonly otherCode: string
}

const english: PageTexts = {
  lang: 'en',
  title: 'Sign in to the emulator',
  notQwen:
    'This is the emulator of openclaw on your own computer. It is not Qwen: no real account is asked for or used.',
  askCode: 'Type the code that your terminal shows.',
  askCodeHint: 'Eight letters; small letters and dashes are fine.',
  proceed: 'Continue',
  codeLabel: 'Code',
  compare: 'Is this the code that your terminal shows? Approve only what you started yourself.',
  accountLabel: 'Account (any name will do)',
  approve: 'Approve',
  deny: 'Deny',
  approvedTitle: 'Done',
  approvedText: 'You are signed in. Close this page, and go back to your terminal.',
  deniedTitle: 'Denied',
  deniedText: 'Nobody was signed in. You can close this page.',
  problemTitle: 'That did not work',
  unknownCode: 'No login is waiting for this code. Look at your terminal, and type the code again.',
  expiredCode: 'This code has expired. Start the login again in your terminal.',
  answeredCode: 'This code was answered already. Start the login again in your terminal if you need another.',
  badAccount: 'An account is a name of at most 100 characters on one line.',
  otherCode: 'Type another code',
}

const simplifiedChinese: PageTexts = {
  lang: 'zh-CN',
  title: '登录模拟器',
  notQwen: '这是 openclaw 在你自己电脑上的模拟器，不是 Qwen：不会要求也不会使用任何真实账号。',
  askCode: '请输入终端里显示的代码。',
  askCodeHint: '八个字母；小写和短横线都可以。',
  proceed: '继续',
  codeLabel: '代码',
  compare: '终端里显示的是这个代码吗？只批准你自己发起的登录。',
  accountLabel: '账号（任意名称）',
  approve: '批准',
  deny: '拒绝',
  approvedTitle: '完成',
  approvedText: '已登录。请关闭此页面，回到终端。',
  deniedTitle: '已拒绝',
  deniedText: '没有登录任何账号。可以关闭此页面。',
  problemTitle: '没有成功',
  unknownCode: '没有登录在等待这个代码。请看终端，重新输入代码。',
  expiredCode: '这个代码已过期。请在终端里重新开始登录。',
  answeredCode: '这个代码已经处理过了。如果还需要，请在终端里重新开始登录。',
  badAccount: '账号是一行之内、不超过 100 个字符的名称。',
  otherCode: '输入其他代码',
}

const traditionalChinese: PageTexts = {
  lang: 'zh-TW',
  title: '登入模擬器',
  notQwen: '這是 openclaw 在你自己電腦上的模擬器，不是 Qwen：不會要求也不會使用任何真實帳號。',
  askCode: '請輸入終端機裡顯示的代碼。',
  askCodeHint: '八個字母；小寫和連字號都可以。',
  proceed: '繼續',
  codeLabel: '代碼',
  compare: '終端機裡顯示的是這個代碼嗎？只核准你自己發起的登入。',
  accountLabel: '帳號（任意名稱）',
  approve: '核准',
  deny: '拒絕',
  approvedTitle: '完成',
  approvedText: '已登入。請關閉此頁面，回到終端機。',
  deniedTitle: '已拒絕',
  deniedText: '沒有登入任何帳號。可以關閉此頁面。',
  problemTitle: '沒有成功',
  unknownCode: '沒有登入在等待這個代碼。請看終端機，重新輸入代碼。',
  expiredCode: '這個代碼已過期。請在終端機裡重新開始登入。',
  answeredCode: '這個代碼已經處理過了。如果還需要，請在終端機裡重新開始登入。',
  badAccount: '帳號是一行之內、不超過 100 個字元的名稱。',
  otherCode: '輸入其他代碼',
}

/** The first of the browser's languages that is spoken here, English if none is. */
export function pageTextsFor(acceptLanguage: string | undefined): PageTexts {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';')
      const weight = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean)
      return { tag: tag.trim(), weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
  for (const { tag } of wanted) {
    if (/^zh-(tw|hk|mo|hant)\b/.test(tag)) return traditionalChinese
    if (/^zh\b/.test(tag)) return simplifiedChinese
    if (/^en\b/.test(tag)) return english
  }
  return english
}
