/** The act `quickstart`. */
import type { SignInEvent, SignedIn } from '../../accounts/sign-in.ts'
import type { Secret } from '../../core/secret.ts'

export type QuickstartEvent =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'emulator'; readonly url: string; readonly pid: number }
  | { readonly kind: 'plugin'; readonly plugin: string }
  | { readonly kind: 'login'; readonly provider: string; readonly event: SignInEvent }
  | { readonly kind: 'approved-by-itself' }
  | { readonly kind: 'signed-in'; readonly signedIn: SignedIn }
  | { readonly kind: 'gateway'; readonly url: string; readonly pid: number; readonly wishedPort: number }
  | {
      readonly kind: 'question'
      readonly about: 'text' | 'picture' | 'fallback'
      readonly text: string
      readonly model: string
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'answered'; readonly model: string; readonly attempts: string }
  | { readonly kind: 'day-spent' }
  | { readonly kind: 'ready'; readonly url: string; readonly token: Secret; readonly model: string }
