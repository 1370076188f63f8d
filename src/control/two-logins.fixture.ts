/** A state folder in which two accounts of one provider are signed in: the default one, and `work`. */
import type { Portal } from '../accounts/emulator.fixture.ts'
import { openHouse, settingsFor, signedIn, type House, type Process } from '../accounts/house.fixture.ts'

export const WORK = 'qwen-portal:work'

/** `more` = settings beside those that a login needs. */
export async function twoLogins(portal: Portal, more = ''): Promise<{ house: House; process: Process }> {
  const house = openHouse(portal, { openclawJson: settingsFor(portal.url, more) })
  const process = await house.open()
  await signedIn(portal, process, { email: 'a@x.org' })
  await signedIn(portal, process, { profile: 'work', email: 'b@x.org', label: 'The office' })
  return { house, process }
}
