/** `docs/reasons.md`, from the closed list of reason codes. */
import { REASONS, type ReasonCode } from '../reasons.js'

const GROUPS = [
  ['fire', 'Why an action fires'],
  ['wait', 'Why an action waits'],
  ['refuse', 'Why a request is refused'],
  ['problem', 'What can be wrong inside a file'],
  ['unverifiable', 'What could not be verified, and is asked again'],
  ['trust', 'What can be wrong with main and the trust set'],
  ['outcome', 'How a run ended'],
  ['finding', 'What the watch over records and `verify` find'],
] as const

export function renderReasonsPage(): string {
  const all = Object.entries(REASONS) as [ReasonCode, (typeof REASONS)[ReasonCode]][]
  const sections = GROUPS.flatMap(([group, title]) => [
    `## ${title}`,
    '',
    '| code | meaning | who | remedy |',
    '| --- | --- | --- | --- |',
    ...all
      .filter(([, reason]) => reason.group === group)
      .map(([code, { meaning, who, remedy }]) => `| \`${code}\` | ${cell(meaning)} | ${who} | ${cell(remedy)} |`),
    '',
  ])
  const intro =
    'Every verdict, outcome and finding carries one of these codes. A refusal names a code of the file itself where the file is what is wrong.'
  return [
    '# Reason codes',
    '',
    '<!-- Generated from vault/reasons.ts by `npm run generate`. Do not edit. -->',
    '',
    intro,
    '',
    ...sections,
  ].join('\n')
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|')
}
