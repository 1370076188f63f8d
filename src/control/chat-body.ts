/** A question by hand as the body of a chat request. */
export interface Question {
  readonly model: string
  readonly message: string
  /** A data URL. */
  readonly picture?: string
}

export function chatBody({ model, message, picture }: Question): Buffer {
  const content = picture
    ? [
        { type: 'text', text: message },
        { type: 'image_url', image_url: { url: picture } },
      ]
    : message
  return Buffer.from(
    JSON.stringify({
      model,
      messages: [{ role: 'user', content }],
      stream: true,
      stream_options: { include_usage: true },
    }),
  )
}
