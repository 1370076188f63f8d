/** A time as people read it on the wall: in a zone of theirs or one that is named, to the second where it is not midnight. */

/** `18:03`: for what is near. */
export function clockTime(at: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeStyle: 'short' }).format(at)
}

/** `2026-11-25 00:00`, `2026-11-24 18:03:46`; what is no time stays as it is. */
export function localTime(iso: string, timeZone?: string): string {
  const at = new Date(iso)
  if (!/^\d{4}-\d\d-\d\dT/.test(iso) || Number.isNaN(at.getTime())) return iso
  const shown = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(timeZone && { timeZone }),
  }).format(at)
  return shown.endsWith(' 00:00:00') ? shown.slice(0, -3) : shown
}
