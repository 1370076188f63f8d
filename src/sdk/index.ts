/** All that a plugin may import. */
export { FAILURE_KINDS } from '../core/failure.ts'
export type { ModelRetirement, Price } from '../core/catalogue.ts'
export type { FailureKind, FailureScope } from '../core/failure.ts'
export type { KeyCheck, KeyLogin, KeyPlace } from '../core/key-login.ts'
export type { OutsideLogin, OutsideLock, OutsidePair } from '../core/outside-login.ts'
export type {
  ChatHabits,
  DeviceLogin,
  FailedAnswer,
  ModelDefinition,
  ProviderDefinition,
  Retirement,
  TokenAnswer,
  ToldFailure,
} from '../core/provider.ts'
export type { AnswerQuirk, QuirkFields, Quirks, RequestChange, RequestQuirk } from '../core/quirks.ts'
export type { QuotaPolicy } from '../core/quota-policy.ts'
export type { LocalizedText } from '../core/text.ts'
export { apiKeyLogin, definePlugin, deviceLogin, httpProvider, outsideLogin, type Plugin } from './define.ts'
