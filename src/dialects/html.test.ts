import { expect, it } from 'vitest'
import { looksLikeHtml, titleOf } from './html.ts'

it('knows a page by its type or by its first tag', () => {
  expect(looksLikeHtml('anything', 'text/html; charset=utf-8')).toBe(true)
  expect(looksLikeHtml('\n <!DOCTYPE html><html>')).toBe(true)
  expect(looksLikeHtml('<script name="waf">captcha</script>', 'application/json')).toBe(true)
})

it('takes neither JSON nor a stream nor plain words for a page', () => {
  expect(looksLikeHtml('{"html":"<html>"}', 'application/json')).toBe(false)
  expect(looksLikeHtml('data: {"content":"<html>"}', 'text/event-stream')).toBe(false)
  expect(looksLikeHtml('<think>plan</think>')).toBe(false)
  expect(looksLikeHtml('')).toBe(false)
})

it('reads what a page calls itself', () => {
  expect(titleOf('<html><title class="a"> 504 Gateway Time-out </title>')).toBe('504 Gateway Time-out')
  expect(titleOf('<html><title></title>')).toBeUndefined()
})
