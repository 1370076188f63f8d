/** The words of the emulator's answers, in the two languages in which it is asked. */
import type { SentPicture } from './question.ts'

export interface AnswerTexts {
  /** What stands between two sentences. */
  readonly gap: string
  readonly asked: (question: string) => string
  readonly askedNothing: string
  readonly standIn: string
  readonly refused: string
  readonly told: (instructions: string) => string
  readonly toolSaid: (result: string) => string
  readonly seen: (pictures: readonly SentPicture[]) => string
  readonly reasoning: (question: string) => string
}

const english: AnswerTexts = {
  gap: ' ',
  asked: (question) => `You asked: "${question}".`,
  askedNothing: 'You asked nothing.',
  standIn: 'I am a stand-in: no model thought about this answer.',
  refused: "I'm sorry, but I can't help with that.",
  told: (instructions) => `I was told: "${instructions}".`,
  toolSaid: (result) => `The tool answered: "${result}".`,
  seen: (pictures) => `I see ${pictures.map(englishPicture).join('; ')}.`,
  reasoning: (question) => `The question is "${question}". I only pretend to think about it, as a stand-in does.`,
}

const chinese: AnswerTexts = {
  gap: '',
  asked: (question) => `你问的是：“${question}”。`,
  askedNothing: '你什么也没有问。',
  standIn: '我只是替身：没有模型思考过这个回答。',
  refused: '抱歉，这件事我不能帮忙。',
  told: (instructions) => `我得到的指示是：“${instructions}”。`,
  toolSaid: (result) => `工具的结果是：“${result}”。`,
  seen: (pictures) => `我看到${pictures.map(chinesePicture).join('；')}。`,
  reasoning: (question) => `问题是“${question}”。我是替身，只是装作在思考。`,
}

/** Chinese when the question holds a Chinese character. */
export function answerTextsFor(question: string): AnswerTexts {
  return /\p{Script=Han}/u.test(question) ? chinese : english
}

function englishPicture(sent: SentPicture): string {
  if (sent.kind === 'address') return `only an address, ${sent.url.slice(0, 100)}, which the emulator does not fetch`
  const { format, width, height, bytes } = sent.picture
  return `a ${format} picture, ${width} x ${height} pixels, ${weightOf(bytes, 'bytes')}`
}

function chinesePicture(sent: SentPicture): string {
  if (sent.kind === 'address') return `的只是一个地址 ${sent.url.slice(0, 100)}，模拟器不会去读取`
  const { format, width, height, bytes } = sent.picture
  return `一张 ${format} 图片，${width} x ${height} 像素，${weightOf(bytes, '字节')}`
}

function weightOf(bytes: number, bytesWord: string): string {
  if (bytes < 1_000) return `${bytes} ${bytesWord}`
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
