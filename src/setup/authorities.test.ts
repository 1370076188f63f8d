/** gateway.ca from a file on disk: read, or told with file and reason. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Setup } from '../core/setup.ts'
import { pem } from '../net/fixtures/servers.ts'
import { openLiveSetup, type LiveSetup } from './live.ts'
import { loadSetup } from './load.ts'
import { sourcesWith, type Sources } from './sources.fixture.ts'

const WITH_CA = '{ gateway: { ca: "office.pem" } }'

function sources(written = 'office.pem', environment = {}): Sources & { readonly file: string } {
  const made = sourcesWith({ upper: JSON.stringify({ gateway: { ca: written } }) }, environment)
  return { ...made, file: join(made.folder, 'office.pem') }
}

const problemsOf = ({ problems }: Setup): readonly string[] => problems.map(({ message }) => message)

describe('gateway.ca', () => {
  it('is read from beside openclaw.json, from the home, or from where it says', async () => {
    for (const written of ['office.pem', './office.pem', '~/office.pem', '${HERE}/office.pem']) {
      const given = sources(written, {})
      const environment = { HOME: given.folder, HERE: given.folder }
      writeFileSync(given.file, pem('ca') + pem('server'))
      const { network, problems } = await loadSetup({ ...given, environment })
      expect(problems).toEqual([])
      expect(network.ca?.file).toBe(given.file)
      expect(network.ca?.certificates).toHaveLength(2)
    }
  })

  const unusable: readonly (readonly [string, (file: string) => void, string])[] = [
    ['is not there', () => {}, 'there is no such file'],
    ['is a folder', (file) => mkdirSync(file), 'it is a folder, not a file'],
    ['is a pipe', (file) => void spawnSync('sh', ['-c', 'mkfifo "$1"', 'sh', file]), 'it is a pipe, not a file'],
    ['is empty', (file) => writeFileSync(file, ''), 'it holds no certificate in PEM form (BEGIN CERTIFICATE)'],
    [
      'was cut off',
      (file) => writeFileSync(file, pem('ca').slice(0, -30)),
      'certificate 1 in it cannot be read (its END line is missing)',
    ],
    [
      'is no bundle at all',
      (file) => {
        writeFileSync(file, '')
        truncateSync(file, 5 * 1_048_576)
      },
      'it is larger than 4 MiB',
    ],
  ]
  it.each(unusable)(
    'that %s is told with file and reason, and takes nothing else along',
    async (_what, make, reason) => {
      const given = sources()
      make(given.file)
      const setup = await loadSetup(given)
      expect(problemsOf(setup)).toEqual([
        `The certificates of gateway.ca cannot be used: ${given.file}: ${reason}. Only the usual authorities are trusted.`,
      ])
      expect(setup.network).toEqual({ proxy: { kind: 'environment' } })
    },
  )

  it('that names a variable which is not set is told, as is such a proxy', async () => {
    const upper = '{ gateway: { ca: "${OFFICE}/ca.pem", proxy: "${OFFICE_PROXY}" } }'
    expect(problemsOf(await loadSetup(sourcesWith({ upper })))).toEqual([
      'The settings of gateway.proxy name ${OFFICE_PROXY}, which is not set in this environment. A running gateway knows what was set when it started.',
      'The settings of gateway.ca name ${OFFICE}, which is not set in this environment. A running gateway knows what was set when it started.',
    ])
  })
})

describe('while a gateway runs, gateway.ca', () => {
  async function opened(given: Sources): Promise<{ live: LiveSetup; told: unknown[] }> {
    const told: unknown[] = []
    const live = await openLiveSetup(given, (problem) => void told.push(problem))
    onTestFinished(() => live.close())
    return { live, told }
  }
  const count = (live: LiveSetup): number => live.current().network.ca?.certificates.length ?? 0

  it('is read anew by itself when the file changes, wherever it lies', async () => {
    const elsewhere = sourcesWith({})
    const file = join(elsewhere.folder, 'elsewhere.pem')
    writeFileSync(file, pem('ca'))
    const { live } = await opened(sources(file))
    expect(count(live)).toBe(1)
    writeFileSync(file, pem('ca') + pem('server'))
    await vi.waitFor(() => expect(count(live)).toBe(2), { timeout: 5_000 })
  })

  it('is followed to another file, and to none', async () => {
    const given = sourcesWith({ upper: '{}' })
    writeFileSync(join(given.folder, 'office.pem'), pem('ca'))
    const { live } = await opened(given)
    expect(count(live)).toBe(0)
    given.write('openclaw.json', WITH_CA)
    await live.refresh()
    expect(count(live)).toBe(1)
    given.write('openclaw.json', '{}')
    await live.refresh()
    expect(count(live)).toBe(0)
    expect(live.current().network).toEqual({ proxy: { kind: 'environment' } })
  })

  it('stays the last good one while the file is broken, is told once, and comes back', async () => {
    const given = sources()
    writeFileSync(given.file, pem('ca'))
    const { live, told } = await opened(given)
    writeFileSync(given.file, 'half a cert')
    await live.refresh()
    await live.refresh()
    expect(count(live)).toBe(1)
    expect(problemsOf(live.current())).toEqual([
      expect.stringMatching(/it holds no certificate.*\. Those that were read before stay in use\.$/),
    ])
    expect(told).toEqual([undefined])
    writeFileSync(given.file, pem('ca'))
    await live.refresh()
    expect(problemsOf(live.current())).toEqual([])
    expect(told).toEqual([undefined, undefined])
  })

  it('does not keep the certificates of another file', async () => {
    const given = sources()
    writeFileSync(given.file, pem('ca'))
    const { live } = await opened(given)
    given.write('openclaw.json', '{ gateway: { ca: "missing.pem" } }')
    await live.refresh()
    expect(count(live)).toBe(0)
    expect(problemsOf(live.current())).toEqual([expect.stringMatching(/missing\.pem: there is no such file/)])
  })

  it('says nothing when the file was touched without a change', async () => {
    const given = sources()
    writeFileSync(given.file, pem('ca'))
    const { live, told } = await opened(given)
    const before = live.current()
    writeFileSync(given.file, pem('ca'))
    await live.refresh()
    expect(live.current()).toBe(before)
    expect(told).toEqual([])
  })
})
