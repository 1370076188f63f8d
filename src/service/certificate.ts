/** The files of gateway.tls, read and tried before anybody connects. */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'
import { reasonOf } from '../core/said-error.ts'
import { systemCode } from '../stores/files/file-errors.ts'

export type Certificate = Required<Pick<SecureContextOptions, 'cert' | 'key'>>

/** Relative paths begin at the state folder, `~/` at the home. Throws `tls-unusable`. */
export async function readCertificate(
  files: { readonly cert: string; readonly key: string },
  stateFolder: string,
): Promise<Certificate> {
  const at = (written: string): string =>
    resolve(stateFolder, written.startsWith('~/') ? resolve(homedir(), written.slice(2)) : written)
  const certificate = { cert: await readPem(at(files.cert)), key: await readPem(at(files.key)) }
  try {
    createSecureContext(certificate)
  } catch (cause) {
    throw new OpenClawError('tls-unusable', { file: at(files.cert), detail: phrase('cert-and-key') }, { cause })
  }
  return certificate
}

async function readPem(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    const code = systemCode(cause)
    const detail = code === undefined ? reasonOf(cause) : phrase('file-unreadable', { code })
    throw new OpenClawError('tls-unusable', { file, detail }, { cause })
  }
}
