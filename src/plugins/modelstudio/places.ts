/** Where keys of Model Studio are good: each only for the plan and the region that it was made for. */
import type { KeyLogin, LocalizedText } from '../../sdk/index.ts'

/** As Qwen Code 0.24.4 presets them (standard, Coding Plan, Token Plan), November 2026. */
export const places: KeyLogin['places'] = [
  {
    flags: { plan: 'standard', region: 'intl' },
    label: { en: 'Standard, Singapore', 'zh-CN': '标准（按量付费），新加坡', 'zh-TW': '標準（按量付費），新加坡' },
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    env: ['QWEN_API_KEY', 'MODELSTUDIO_API_KEY', 'DASHSCOPE_API_KEY'],
  },
  {
    flags: { plan: 'standard', region: 'cn' },
    label: { en: 'Standard, Beijing', 'zh-CN': '标准（按量付费），北京', 'zh-TW': '標準（按量付費），北京' },
    baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    env: [],
  },
  {
    flags: { plan: 'standard', region: 'us' },
    label: {
      en: 'Standard, US (Virginia)',
      'zh-CN': '标准（按量付费），美国（弗吉尼亚）',
      'zh-TW': '標準（按量付費），美國（維吉尼亞）',
    },
    baseUrl: 'https://dashscope-us.aliyuncs.com/compatible-mode/v1',
    env: [],
  },
  {
    flags: { plan: 'standard', region: 'hk' },
    label: { en: 'Standard, Hong Kong', 'zh-CN': '标准（按量付费），中国香港', 'zh-TW': '標準（按量付費），中國香港' },
    baseUrl: 'https://cn-hongkong.dashscope.aliyuncs.com/compatible-mode/v1',
    env: [],
  },
  {
    flags: { plan: 'coding', region: 'intl' },
    label: { en: 'Coding Plan, international', 'zh-CN': 'Coding Plan，国际版', 'zh-TW': 'Coding Plan，國際版' },
    baseUrl: 'https://coding-intl.dashscope.aliyuncs.com/v1',
    env: ['ALIBABA_CODING_PLAN_API_KEY'],
    prefix: 'sk-sp-',
  },
  {
    flags: { plan: 'coding', region: 'cn' },
    label: { en: 'Coding Plan, mainland China', 'zh-CN': 'Coding Plan，中国内地', 'zh-TW': 'Coding Plan，中國內地' },
    baseUrl: 'https://coding.dashscope.aliyuncs.com/v1',
    env: ['BAILIAN_CODING_PLAN_API_KEY'],
    prefix: 'sk-sp-',
  },
  {
    flags: { plan: 'token', region: 'intl' },
    label: { en: 'Token Plan, international', 'zh-CN': 'Token Plan，国际版', 'zh-TW': 'Token Plan，國際版' },
    baseUrl: 'https://token-plan.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1',
    env: ['QWEN_TOKEN_PLAN_API_KEY'],
    takesAnyPrefix: true,
  },
  {
    flags: { plan: 'token', region: 'cn' },
    label: { en: 'Token Plan, mainland China', 'zh-CN': 'Token Plan，中国内地', 'zh-TW': 'Token Plan，中國內地' },
    baseUrl: 'https://token-plan.cn-beijing.maas.aliyuncs.com/compatible-mode/v1',
    env: ['BAILIAN_TOKEN_PLAN_API_KEY'],
    takesAnyPrefix: true,
  },
]

/** What a refused key means here, said beside the server's own words. */
export const refusedKey: LocalizedText = {
  en: 'a key is good only for the plan (standard, coding, token) and the region (intl, cn, us, hk) that it was made for.',
  'zh-CN': 'API Key 只在创建它时所选的套餐（standard、coding、token）和地域（intl、cn、us、hk）有效。',
  'zh-TW': 'API Key 只在建立它時所選的方案（standard、coding、token）和地域（intl、cn、us、hk）有效。',
}
