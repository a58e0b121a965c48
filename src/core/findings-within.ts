import { type Finding, found } from './finding.ts';
import { moreFindings } from './gate-findings.ts';
import { pluralize } from './plural.ts';

/** Characters of one sentence that are kept. */
const longestSentence = 2000;

/** As many of the findings as fit into so many bytes of JSON, and one that counts those that do not. */
export function limitFindings(bytes: number, findings: Finding[]): Finding[] {
  let size = 0;
  const fitting: Finding[] = [];
  for (const finding of findings.map(shortenFindings)) {
    size += Buffer.byteLength(JSON.stringify(finding)) + 1;
    if (size > bytes) break;
    fitting.push(finding);
  }
  const left = findings.length - fitting.length;
  if (left === 0) return fitting;
  const message = `${pluralize(left, 'more finding')} ${left === 1 ? 'does' : 'do'} not fit here.`;
  return [...fitting, found(moreFindings, { message })];
}

function shortenFindings(finding: Finding): Finding {
  return { ...finding, message: shorten(finding.message), help: shorten(finding.help) };
}

function shorten(sentence: string): string {
  return sentence.length > longestSentence ? `${sentence.slice(0, longestSentence - 1)}…` : sentence;
}
