import { unsetVariable } from '../../config/findings.ts';
import { hasPlaceholder, interpolate, listNames } from '../../config/interpolation.ts';
import type { Variable } from '../../config/schema/variables.ts';
import { unescapeValue } from '../../config/variables.ts';
import { type Check, concludeFrom, type Outcome, passed } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { mustBeHidden } from '../../core/secret-variables.ts';
import { type Declaration, hasRules } from './options.ts';
import type { Rule, Subject, Where } from './rule.ts';
import { reportDamaged } from './rules/damaged.ts';
import { differsFrom } from './rules/differs-from.ts';
import { equals } from './rules/equals.ts';
import { isRequired, listAlternatives, reportAbsent, reportWithheld } from './rules/present.ts';
import { hidesSecrets } from './rules/public-prefix.ts';
import { sameDomain } from './rules/same-domain.ts';
import { sameHost } from './rules/same-host.ts';
import type { ServiceView } from './service.ts';
import type { Reading, Readings } from './sources/readings.ts';
import { findBoundary, validateType } from './types/index.ts';

const rules: Rule[] = [validateType, equals, differsFrom, sameHost, sameDomain, hidesSecrets];

export const notDeployed: FindingKind = {
  code: 'env/not-deployed',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'A secret is set on the platform, but the running version does not have it until the next deployment.',
  cause: 'It was set with `--stage`, or set while nothing could be deployed.',
  help: 'If this release does not deploy the service, deploy its variables on the platform.',
};

export const unreadableValue: FindingKind = {
  code: 'env/unreadable-value',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'A variable is set but cannot be read, so the gate could not check its value.',
  cause: 'It is a sensitive variable on Vercel, a sealed one on Railway, or a secret on Fly.io or GitHub.',
  help: 'Pass the same secret to the step with `env:`, or declare `presence-only: true` if presence is enough.',
};

/** What the checks of all variables share. */
export interface Judging {
  context: GateContext;
  examples: ReadonlySet<string>;
}

/** Checks one variable against its declaration, in each source that must have it. */
export function checkVariable(declaration: Declaration, view: ServiceView, judging: Judging): Check {
  const boundary = findBoundary(declaration.declared);
  return { name: declaration.name, boundary, run: () => judge(declaration, view, judging) };
}

/** The place is looked up by the finding that needs it, since most variables are as declared. */
export function locate(declaration: Declaration): Where {
  return {
    boundary: findBoundary(declaration.declared),
    get place() {
      return declaration.place;
    },
  };
}

type State = { source: Readings; reading: Reading | undefined };

function judge(declaration: Declaration, view: ServiceView, judging: Judging): Outcome {
  const { variable, name } = declaration;
  const where = locate(declaration);
  const states = view.required.map(source => ({ source, reading: source.get(variable) }));
  const absent = findAbsent(declaration, states, view);
  if (absent.length > 0 && judging.context.secretsWithheld && view.unread.length === 0)
    return { verdict: 'error', findings: [reportWithheld({ name, variable, where })] };
  const values = judgeValues(declaration, view, judging);
  const findings = [...absent, ...findStaged(declaration, view), ...values.findings];
  if (findings.some(({ severity }) => severity === 'error')) return concludeFrom(findings);
  if (values.count > 0) return concludeFrom(findings, 'set');
  return concludeWithoutValue(declaration, { findings, states, unread: view.unread });
}

/** Sources that lack a value, or have an empty one, although the contract requires it there. */
function findAbsent(declaration: Declaration, states: State[], { variables }: ServiceView): Finding[] {
  const { variable, declared, name } = declaration;
  if (!isRequired(declared, variables)) return [];
  const where = locate(declaration);
  return states.flatMap(({ source, reading }) => {
    if (reading !== undefined && reading.state !== 'empty') return [];
    const isExpected = source.seenByBuild || declared.phase !== 'build';
    if (!isExpected) return [];
    return [reportAbsent({ name, variable, where }, reading, source, listAlternatives(declared))];
  });
}

function findStaged(declaration: Declaration, { required }: ServiceView): Finding[] {
  const { variable, name } = declaration;
  const staging = required.filter(({ staged }) => staged.has(variable));
  return staging.map(({ at, explainDeploying: help = notDeployed.help }) =>
    found(notDeployed, { message: `${name} is set ${at.place} but not deployed.`, help, ...locate(declaration) }),
  );
}

/** The outcome for a variable without faults, whose value nothing shows. */
function concludeWithoutValue(
  declaration: Declaration,
  { findings, states, unread }: { findings: Finding[]; states: State[]; unread: string[] },
): Outcome {
  const { name, declared } = declaration;
  // The check of the unread source says why it could not be read.
  if (unread.length > 0 && states.length === 0)
    return { verdict: 'error', findings, detail: `unknown: ${unread.join(', ')} could not be read` };
  const unreadable = states.find(({ reading }) => reading?.state === 'unreadable');
  if (unreadable) {
    const { place } = unreadable.source.at;
    const detail = `set ${place}; its value cannot be read`;
    if (declared['presence-only'] || !hasRules(declared)) return concludeFrom(findings, detail);
    const message = `${name} is set ${place}, but its value cannot be read.`;
    const finding = found(unreadableValue, { message, ...locate(declaration) });
    return { verdict: 'inconclusive', findings: [...findings, finding], detail };
  }
  const detail = declared.default === undefined ? 'not set; optional' : 'not set; the service has a default';
  return { ...passed(detail), findings };
}

/** Checks each distinct value of the variable once, wherever it can be read. */
function judgeValues(
  declaration: Declaration,
  view: ServiceView,
  { context, examples }: Judging,
): { count: number; findings: Finding[] } {
  const { variable, declared } = declaration;
  const declaredAt = locate(declaration);
  const seen = new Set<string>();
  const findings = view.all.flatMap(source => {
    const reading = source.get(variable);
    if (reading?.state !== 'set' || seen.has(reading.value)) return [];
    seen.add(reading.value);
    const subject = {
      name: `${declaration.name}${source.at.suffix}`,
      variable,
      value: reading.value,
      variables: source.variables,
      now: context.clock.now(),
      examples,
      where: reading.place ? { boundary: declaredAt.boundary, place: reading.place } : declaredAt,
    };
    const resolved = resolveNames(declared, subject, context);
    return 'missing' in resolved ? [resolved.missing] : judgeValue({ ...subject, declared: resolved.declared });
  });
  return { count: seen.size, findings };
}

/** A damaged value breaks most rules; its finding says why. */
function judgeValue(subject: Subject): Finding[] {
  const damaged = reportDamaged(subject);
  return damaged.length > 0 ? damaged : rules.flatMap(rule => rule(subject));
}

/** Replaces each `${UPPER_CASE}` name in the declaration with the value that the service has for it. */
function resolveNames(
  { live: _, ...declared }: Variable & { live?: unknown },
  { name, variables, where }: Omit<Subject, 'declared'>,
  { redactor }: GateContext,
): { declared: Variable } | { missing: Finding } {
  if (!hasPlaceholder(declared)) return { declared };
  const names = listNames(declared);
  if (names.length === 0) return { declared: unescapeValue(declared) };
  for (const other of names) {
    const value = variables[other] ?? '';
    if (mustBeHidden(other, value)) redactor.add(value); // a finding may quote the declaration
  }
  const missing = names.find(other => !variables[other]);
  if (missing === undefined)
    return { declared: unescapeValue(interpolate(declared, other => variables[other]) as Variable) };
  const message = `${name} is compared with \`\${${missing}}\`, which has no value here.`;
  return {
    missing: found(unsetVariable, { message, help: `Give ${missing} a value where ${name} has one.`, ...where }),
  };
}
