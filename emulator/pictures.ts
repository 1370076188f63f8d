/** What a picture is, read from its bytes: format and size. */

export interface Picture {
  readonly format: 'PNG' | 'JPEG' | 'GIF' | 'WebP'
  readonly width: number
  readonly height: number
  readonly bytes: number
}

/** The picture behind a data URL, or `undefined` when there is none that can be read. */
export function pictureOfDataUrl(url: string): Picture | undefined {
  const comma = url.indexOf(',')
  if (!/^data:[^,]*;base64$/i.test(url.slice(0, comma))) return undefined
  const base64 = url.slice(comma + 1)
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined
  return pictureOf(Buffer.from(base64, 'base64'))
}

function pictureOf(bytes: Buffer): Picture | undefined {
  const found = pngOf(bytes) ?? gifOf(bytes) ?? webpOf(bytes) ?? jpegOf(bytes)
  if (found === undefined || found.width === 0 || found.height === 0) return undefined
  return { ...found, bytes: bytes.length }
}

type Found = Omit<Picture, 'bytes'> | undefined

function pngOf(bytes: Buffer): Found {
  const begins =
    bytes.toString('latin1', 0, 8) === '\u0089PNG\r\n\u001A\n' && bytes.toString('latin1', 12, 16) === 'IHDR'
  if (!begins || bytes.length < 24) return undefined
  return { format: 'PNG', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

function gifOf(bytes: Buffer): Found {
  if (!['GIF87a', 'GIF89a'].includes(bytes.toString('latin1', 0, 6)) || bytes.length < 10) return undefined
  return { format: 'GIF', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
}

function webpOf(bytes: Buffer): Found {
  const begins = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'
  if (!begins || bytes.length < 25) return undefined
  const chunk = bytes.toString('latin1', 12, 16)
  if (chunk === 'VP8X' && bytes.length >= 30) {
    return { format: 'WebP', width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
  }
  if (chunk === 'VP8L' && bytes[20] === 0x2f) {
    const sizes = bytes.readUInt32LE(21)
    return { format: 'WebP', width: (sizes & 0x3fff) + 1, height: ((sizes >>> 14) & 0x3fff) + 1 }
  }
  // RFC 6386, 9.1: a key frame's start code, then 14 bits each for width and height.
  if (chunk === 'VP8 ' && bytes.length >= 30 && bytes.readUIntBE(23, 3) === 0x9d012a) {
    return { format: 'WebP', width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
  }
  return undefined
}

/** Walks from marker to marker up to the frame header, which holds the size. */
function jpegOf(bytes: Buffer): Found {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined
  let at = 2
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1 // fill byte
    } else if (isFrameHeader(marker)) {
      return { format: 'JPEG', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    } else {
      at += 2 + bytes.readUInt16BE(at + 2)
    }
  }
  return undefined
}

/** ITU T.81, table B.1: SOF0 to SOF15; DHT, JPG and DAC lie among them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}
