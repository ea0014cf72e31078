/** What stands in the place of a secret. */
const MARKERS = ['[redacted]', '***', '<removed>', '\u2588\u2588\u2588\u2588'] as const

/**
 * The first marker that can be no part of any form, so that the text around it never spells a secret again: it holds
 * none, and none holds its first or last character.
 */
export function markerFor(forms: readonly string[]): string {
  const isSafe = (marker: string) =>
    forms.every(
      (form) => !marker.includes(form) && !form.includes(marker.charAt(0)) && !form.includes(marker.slice(-1)),
    )
  return MARKERS.find(isSafe) ?? '\ufffd'
}
