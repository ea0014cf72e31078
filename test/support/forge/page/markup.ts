/** HTML from templates: whatever is put into one is text, and stays in its place, unless it is markup itself. */
export class Markup {
  private constructor(readonly source: string) {}

  static of(parts: TemplateStringsArray, values: readonly unknown[]): Markup {
    const filled = parts.map((part, index) => (index === 0 ? part : `${sourceOf(values[index - 1])}${part}`))
    return new Markup(filled.join(''))
  }
}

export const html = (parts: TemplateStringsArray, ...values: readonly unknown[]): Markup => Markup.of(parts, values)

function sourceOf(value: unknown): string {
  if (value instanceof Markup) return value.source
  if (Array.isArray(value)) return value.map(sourceOf).join('')
  return escaped(String(value))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Characters that cannot be seen (controls, and those that turn the direction of text) are replaced by one that can. */
function escaped(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
