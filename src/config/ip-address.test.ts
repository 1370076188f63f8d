/** IP addresses as people write them into the settings. */
import { expect, it } from 'vitest'
import { isAddressOrRange, isBindAddress } from './ip-address.ts'

it.each(['loopback', 'lan', '0.0.0.0', '192.168.1.7', '::', '::1', 'fd00::7', '::ffff:10.0.0.1'])(
  'takes %s as a place to listen',
  (written) => {
    expect(isBindAddress(written)).toBe(true)
  },
)

it.each([
  '',
  'tailnet',
  'localhost',
  '10.0.0',
  '0x7f.1',
  '010.0.0.1',
  '256.0.0.1',
  '10.0.0.1:80',
  '10.0.0.0/8',
  ':::',
  '[::1]',
])('does not take %j as a place to listen', (written) => {
  expect(isBindAddress(written)).toBe(false)
})

it.each(['10.0.0.7', '10.0.0.0/8', '0.0.0.0/0', 'fd00::/8', '::1/128'])(
  'takes %s as an address or a range',
  (written) => {
    expect(isAddressOrRange(written)).toBe(true)
  },
)

it.each(['', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'fd00::/129', 'proxy.test', '/8', '10.0.0.0/-1'])(
  'does not take %j as an address or a range',
  (written) => {
    expect(isAddressOrRange(written)).toBe(false)
  },
)
