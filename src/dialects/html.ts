/** A web page where an API's answer was due: a proxy's error, a firewall's block, a login wall. */
export function looksLikeHtml(text: string, contentType = ''): boolean {
  if (/^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType)) return true
  return /^[\s\uFEFF]*<(?:!doctype|!--|\?xml|html|head|body|script|meta|title|style|div|h1|center)\b/i.test(
    text.slice(0, 1_024),
  )
}

/** What the page calls itself, if it does. */
export function titleOf(html: string): string | undefined {
  return /<title[^>]{0,200}>([^<]{1,200})/i.exec(html.slice(0, 16_384))?.[1]?.trim() || undefined
}
