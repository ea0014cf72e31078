/** What stands around each page. */
import { html, type Markup } from './markup.js'

export const STYLE = `body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328; background: #fff; }
a { color: #0969da; }
h1 { font-size: 1.4rem; }
h2 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #d0d7de; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f6f8fa; border: 1px solid #d0d7de; border-radius: 6px; padding: .75rem; margin: .25rem 0; }
bdi { overflow-wrap: anywhere; }
.tag { border: 1px solid #d0d7de; border-radius: 1rem; padding: 0 .6rem; white-space: nowrap; }
.open, .pending { color: #9a6700; }
.merged, .success { color: #1a7f37; }
.closed, .note { color: #59636e; }
.failure, .error { color: #cf222e; }
`

export function frame(title: string, body: Markup): Markup {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><link rel="stylesheet" href="/style.css"></head>
<body>
<p class="note">A throw-away test forge. This page only shows what is there; reload it to see what changed.</p>
<h1>${title}</h1>
${body}
</body>
</html>
`
}
