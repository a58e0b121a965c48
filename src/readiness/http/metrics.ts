import type { HttpAnswer } from '../../clients/http.ts';
import type { HttpProbe } from '../../config/schema/probe/http.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { suggestName } from '../../core/nearest.ts';
import { pluralize } from '../../core/plural.ts';
import { findMismatches } from '../../expectations/differences.ts';
import { makeExcerpt } from '../../expectations/excerpt.ts';
import type { About } from '../../expectations/expectation.ts';
import { parsePrometheus, selectSamples } from './prometheus.ts';

export const notPrometheus: FindingKind = {
  code: 'answer/not-prometheus',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The body is not valid Prometheus text, so Prometheus would reject the whole scrape.',
  cause: 'Another page answers, or a label is not escaped.',
  help: 'Fix the line in the message; `promtool check metrics` explains more.',
};

export const missingMetric: FindingKind = {
  code: 'answer/missing-metric',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A metric is missing, so the dashboards and alerts that rely on it show nothing.',
  cause: 'The metric was renamed or removed, or the service creates it only with the first event of its kind.',
  help: 'Restore the metric, or correct its name here and in the alerts.',
};

export const wrongMetric: FindingKind = {
  code: 'answer/wrong-metric',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A metric has a value outside its healthy range.',
  cause: 'What the metric measures is unhealthy, such as a pool without free connections.',
  help: 'Check what the metric measures on the service.',
};

/** Parses the body as metrics, and checks that each wanted one is there with values in its range. */
export function checkMetrics(wanted: HttpProbe['metrics'], answer: HttpAnswer, about: About): Finding[] {
  if (wanted === undefined) return [];
  const parsed = parsePrometheus(answer.body);
  if ('line' in parsed) {
    const cut = answer.truncated ? ' (the gate reads only the beginning of this long body)' : '';
    const message = `${about.target}: line ${parsed.line} is not a metric${cut}: ${makeExcerpt(parsed.text, about.redact)}`;
    return [found(notPrometheus, { message, ...about.where })];
  }
  const names = new Set(parsed.samples.map(({ name }) => name));
  return Object.entries(wanted).flatMap(([selector, matching]) => {
    const samples = selectSamples(selector, parsed.samples) ?? [];
    if (samples.length === 0) {
      const message = `${about.target} has no metric ${selector}, only ${pluralize(names.size, 'other')}.`;
      const near = suggestName(selector.replace(/\{.*/, ''), names);
      const help = names.size > 0 && near.startsWith('Did') ? near : missingMetric.help;
      return [found(missingMetric, { message, help, ...about.where })];
    }
    const wrong = samples.flatMap(({ value }) => findMismatches(matching, { name: selector, actual: value }));
    return wrong.length === 0 ? [] : [found(wrongMetric, { message: `${about.target}: ${wrong[0]}.`, ...about.where })];
  });
}
