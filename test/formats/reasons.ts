/** Why something is not there, for people: by feature, and by the SDK that cannot say it or the model that cannot be told. */

interface Reason {
  readonly en: string
  readonly zh: string
}

export const REASONS: Readonly<Record<string, Reason>> = {
  'result-image of openai-chat': {
    en: 'Chat Completions takes text alone as the result of a tool.',
    zh: 'Chat Completions 的工具结果只能是文本。',
  },
  'stop of openai-responses': {
    en: 'Responses has no stop sequences.',
    zh: 'Responses 没有停止序列。',
  },
  'stop to responses': {
    en: 'Responses has no stop sequences: the request goes without them, and `x-openclaw-dropped` names them.',
    zh: 'Responses 没有停止序列：请求会去掉它们，并在 `x-openclaw-dropped` 中注明。',
  },
  'refusal to messages': {
    en: 'Messages has no refusal in words: a filter stops the answer. That is answered with 400 and `content_filter`, and another model takes over where the caller or the settings want that.',
    zh: 'Messages 没有用文字拒绝的形式，而是由过滤器中止回答：返回 400 和 `content_filter`；若调用方或设置允许，则改由另一个模型回答。',
  },
  'seals to chat': {
    en: 'Models that speak Chat Completions sign no reasoning.',
    zh: '使用 Chat Completions 的模型不会给推理内容签名。',
  },
  'foreign-seals to chat': {
    en: 'Models that speak Chat Completions sign no reasoning.',
    zh: '使用 Chat Completions 的模型不会给推理内容签名。',
  },
}
