/** Servers of models that run on this machine, at the ports where they listen unless told otherwise. */
import type { KeyLogin, KeyPlace } from '../../sdk/index.ts'

const server = (id: string, name: string, port: number): KeyPlace => ({
  flags: { server: id },
  label: { en: name },
  baseUrl: `http://127.0.0.1:${port}/v1`,
  env: [],
})

export const places: KeyLogin['places'] = [
  server('ollama', 'Ollama', 11_434),
  server('llamacpp', 'llama.cpp', 8_080),
  server('lmstudio', 'LM Studio', 1_234),
  server('vllm', 'vLLM', 8_000),
]
