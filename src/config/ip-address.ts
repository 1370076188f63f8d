/** IP addresses as people write them into the settings. */

/** `loopback`, `lan` or one address. */
export function isBindAddress(written: string): boolean {
  return written === 'loopback' || written === 'lan' || isIpAddress(written)
}

/** `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`. */
export function isAddressOrRange(written: string): boolean {
  const [address = '', bits, ...more] = written.split('/')
  if (more.length > 0 || !isIpAddress(address)) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (address.includes(':') ? 128 : 32))
}

/** One spelling only for IPv4: `URL` reads others (0x7f.1) and says them in this one. */
function isIpAddress(written: string): boolean {
  if (written.includes(':')) return /^[0-9a-f:.]+$/i.test(written) && URL.canParse(`http://[${written}]/`)
  return /^\d+\.\d+\.\d+\.\d+$/.test(written) && URL.parse(`http://${written}/`)?.hostname === written
}
