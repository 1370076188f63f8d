/** The approval page as HTML: no script, one style sheet, every foreign word escaped. */
import { createHash } from 'node:crypto'
import type { PageTexts } from './page-texts.ts'

export type Page =
  | { readonly kind: 'ask-code' }
  | { readonly kind: 'decide'; readonly userCode: string; readonly account: string }
  | { readonly kind: 'approved' | 'denied' }
  | { readonly kind: 'problem'; readonly message: string }

const style = `
:root { color-scheme: light dark; --ink: #1d2330; --soft: #5b6475; --paper: #fff; --ground: #eef1f6; --line: #d5dae4;
  --accent: #4338ca; --note: #fff7e0; --note-line: #e8c766 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #a3abbb; --paper: #1c212c; --ground: #12151c;
  --line: #343b4a; --accent: #8b85ff; --note: #2c2614; --note-line: #7a6420 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.6 system-ui, 'PingFang SC', 'PingFang TC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif }
main { width: 100%; max-width: 27rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: 1rem }
h1 { margin: 0 0 1rem; font-size: 1.4rem; line-height: 1.3 }
p { margin: 0 0 1rem }
label { display: block; margin-bottom: .3rem; font-size: .9rem; color: var(--soft) }
input { width: 100%; margin-bottom: 1rem; padding: .65rem .8rem; font: inherit; color: inherit; background: var(--ground);
  border: 1px solid var(--line); border-radius: .5rem }
.code { display: block; margin-bottom: 1rem; padding: .8rem; text-align: center; font: 600 1.6rem/1.3 ui-monospace, monospace;
  letter-spacing: .18em; background: var(--ground); border-radius: .5rem }
.acts { display: flex; gap: .75rem }
button { flex: 1; padding: .7rem 1rem; font: inherit; font-weight: 600; color: inherit; background: transparent; cursor: pointer;
  border: 1px solid var(--line); border-radius: .5rem }
button.main { color: var(--paper); background: var(--accent); border-color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
a { color: var(--accent) }
.note { margin: 1.5rem 0 0; padding: .7rem .9rem; font-size: .875rem; background: var(--note);
  border: 1px solid var(--note-line); border-radius: .5rem }
`

export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  // Not `no-referrer`: a form would then come back with the origin "null".
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
}

export function pageHtml(page: Page, texts: PageTexts): string {
  return `<!doctype html>
<html lang="${texts.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(texts.title)} - openclaw</title>
<style>${style}</style>
</head>
<body>
<main>
${contentOf(page, texts)}
<p class="note">${escaped(texts.notQwen)}</p>
</main>
</body>
</html>
`
}

function contentOf(page: Page, texts: PageTexts): string {
  switch (page.kind) {
    case 'ask-code':
      return `<h1>${escaped(texts.title)}</h1>
<form method="get" action="/authorize">
<p>${escaped(texts.askCode)}</p>
<label for="user_code">${escaped(texts.codeLabel)}</label>
<input id="user_code" name="user_code" required autofocus autocomplete="off" autocapitalize="characters" spellcheck="false"
  aria-describedby="hint">
<p id="hint">${escaped(texts.askCodeHint)}</p>
<input type="hidden" name="client" value="qwen-code">
<div class="acts"><button class="main">${escaped(texts.proceed)}</button></div>
</form>`
    case 'decide':
      return `<h1>${escaped(texts.title)}</h1>
<form method="post" action="/authorize">
<p>${escaped(texts.compare)}</p>
<strong class="code">${escaped(page.userCode)}</strong>
<input type="hidden" name="user_code" value="${escaped(page.userCode)}">
<label for="account">${escaped(texts.accountLabel)}</label>
<input id="account" name="account" value="${escaped(page.account)}" maxlength="100" autocomplete="off" spellcheck="false">
<div class="acts">
<button class="main" name="decision" value="approve">${escaped(texts.approve)}</button>
<button name="decision" value="deny">${escaped(texts.deny)}</button>
</div>
</form>`
    case 'approved':
      return `<h1>${escaped(texts.approvedTitle)}</h1>\n<p role="status">${escaped(texts.approvedText)}</p>`
    case 'denied':
      return `<h1>${escaped(texts.deniedTitle)}</h1>\n<p role="status">${escaped(texts.deniedText)}</p>`
  }
  return `<h1>${escaped(texts.problemTitle)}</h1>
<p role="alert">${escaped(page.message)}</p>
<p><a href="/authorize">${escaped(texts.otherCode)}</a></p>`
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign)
}
