import type { HttpAnswer } from '../../clients/http.ts';
import type { HttpProbe } from '../../config/schema/probe/http.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { suggestName } from '../../core/nearest.ts';
import { makeExcerpt } from '../../expectations/excerpt.ts';
import type { About } from '../../expectations/expectation.ts';
import { findMismatches } from '../../expectations/matchers/mismatches.ts';
import { parsePrometheus, selectSamples } from './prometheus.ts';

export const notPrometheus: FindingKind = {
  code: 'answer/not-prometheus',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The body is no text that Prometheus could read, so it would scrape nothing at all.',
  cause: 'Another page answers, or a label is not escaped.',
  help: 'Look at the line that is named; `promtool check metrics` says more.',
};

export const missingMetric: FindingKind = {
  code: 'answer/missing-metric',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A metric that the operators rely on is not there, so its dashboards and alerts are blind.',
  cause: 'The metric was renamed or taken out, or is only made with the first event of its kind.',
  help: 'Bring the metric back, or correct its name here and in the alerts.',
};

export const wrongMetric: FindingKind = {
  code: 'answer/wrong-metric',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A metric has a value outside of the range that it has when all is well.',
  cause: 'What the metric measures is not well, such as a pool without free connections.',
  help: 'Look at what the metric measures on the service.',
};

/** The body as metrics: it must parse, and each one that is named must be there with values as wanted. */
export function checkMetrics(wanted: HttpProbe['metrics'], answer: HttpAnswer, about: About): Finding[] {
  if (wanted === undefined) return [];
  const parsed = parsePrometheus(answer.body);
  if ('line' in parsed) {
    const cut = answer.truncated ? ' (the body is longer than what is read of it)' : '';
    const message = `${about.target}: line ${parsed.line} is no metric${cut}: ${makeExcerpt(parsed.text, about.redact)}`;
    return [found(notPrometheus, { message, ...about.where })];
  }
  const names = new Set(parsed.samples.map(({ name }) => name));
  return Object.entries(wanted).flatMap(([selector, matching]) => {
    const samples = selectSamples(selector, parsed.samples) ?? [];
    if (samples.length === 0) {
      const message = `${about.target} has no metric ${selector} among ${names.size}.`;
      const near = suggestName(selector.replace(/\{.*/, ''), names);
      const help = names.size > 0 && near.startsWith('Did') ? near : missingMetric.help;
      return [found(missingMetric, { message, help, ...about.where })];
    }
    const wrong = samples.flatMap(({ value }) => findMismatches(matching, { name: selector, actual: value }));
    return wrong.length === 0 ? [] : [found(wrongMetric, { message: `${about.target}: ${wrong[0]}.`, ...about.where })];
  });
}
