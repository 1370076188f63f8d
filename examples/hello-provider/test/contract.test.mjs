// The built plugin keeps the contract of openclaw.
import { test } from 'node:test'
import { assertPlugin } from 'openclaw/sdk/contract-kit'

test('the plugin keeps its contract', () => assertPlugin(new URL('../plugin/', import.meta.url)))
