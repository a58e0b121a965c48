import { isDebug, setSecret } from '@actions/core';
import { type Configuration, loadConfiguration } from '../config/load.ts';
import { systemClock } from '../core/clock.ts';
import type { GateContext, Log, Variables } from '../core/context.ts';
import { formatDuration } from '../core/duration.ts';
import { formatError, GateError } from '../core/errors.ts';
import { type Finding, found } from '../core/finding.ts';
import { limitFindings } from '../core/findings-within.ts';
import { unexpected } from '../core/gate-findings.ts';
import type { ReleaseRecord } from '../core/record.ts';
import { redactRecord } from '../core/redact-record.ts';
import { Redactor } from '../core/redaction.ts';
import { type GateReport, listFindings } from '../core/report.ts';
import { listSecretValues } from '../core/secret-variables.ts';
import { annotate, limitsInComposite, limitsOfStep } from './annotations.ts';
import { listenForCancellation } from './cancellation.ts';
import { noticeContainer } from './container.ts';
import { areSecretsWithheld, readBase } from './event.ts';
import { actionInputs, type Inputs } from './inputs.ts';
import { type JobOutcomes, type KeepOutcome, openJobOutcomes } from './job-outcomes.ts';
import { type JobRecord, openJobRecord } from './job-record.ts';
import { createLog, holdOutput, logFinding, logResult } from './log.ts';
import { writeOutputs } from './outputs.ts';
import { writeSummary } from './summary.ts';
import { watchForUncaught } from './uncaught.ts';

/**
 * An output becomes a variable of the steps it is passed to, and Linux starts no process with one over 128 KiB
 * (execve(2), MAX_ARG_STRLEN); bytes.
 */
const largestOutput = 64_000;

/** What one gate may add to the release record, which has many; bytes. */
const largestEntry = 8_000;

/** What an entry makes the options of its gate from. */
export interface Action {
  inputs: Inputs;
  context: GateContext;
  /**
   * Reads and validates release-gates.yml. Default: for the commit and the environment of the inputs.
   */
  configuration(commit?: string, environment?: string): Promise<Configuration>;
  /** The record of the release so far: the input `record`, or what earlier steps of the job handed on. */
  record(): ReleaseRecord;
  /** What the gates of the job left for the report. */
  outcomes: JobOutcomes;
  commit: string;
}

export interface ActionOptions {
  /** Whether the gate only speaks of the release: then neither the release record nor its report has an entry of it. */
  isAside?: boolean;
}

/**
 * Runs a gate as the main of a JavaScript action: inputs in; outputs, log, annotations and summary out; then exits,
 * with 0 only if the verdict is `passed`.
 */
export async function runAction(
  gate: string,
  run: (action: Action) => Promise<GateReport>,
  { isAside = false }: ActionOptions = {},
): Promise<void> {
  process.exitCode = 1; // a gate that breaks down before its verdict must not be green
  const redactor = new Redactor(maskInRunner);
  const cancellation = listenForCancellation();
  const uncaught = watchForUncaught();
  const context = createContext(redactor, cancellation.signal);
  for (const secret of listSecretValues(context.variables)) redactor.add(secret); // a child or an answer may repeat it
  const inputs = actionInputs;
  const commit = inputs.text('commit') || context.variables.GITHUB_SHA || '';
  const jobRecord = openJobRecord(inputs, commit, context.variables);
  const outcomes = openJobOutcomes(inputs, commit, context);
  const startedAt = context.clock.now();
  const keep = isAside ? undefined : outcomes.begin(gate, startedAt);
  const noted = isAside ? [] : noticeContainer(gate, context);
  const policy: Finding[] = [];
  let soFar: ReleaseRecord | undefined;
  let report: GateReport;
  try {
    soFar = jobRecord.read(); // one that is not valid stops the gate before it does anything
    const action = createAction(gate, context, { commit, record: soFar, outcomes, policy });
    report = await Promise.race([run(action), cancellation.overdue, uncaught]);
  } catch (error) {
    report = reportError(gate, error, context, startedAt);
  }
  if (noted.length > 0) report = { ...report, checks: [...noted, ...report.checks] };
  if (policy.length > 0) report = (await import('./base-policy.ts')).addPolicy(report, policy, context);
  const published = await publish(report, soFar, { jobRecord, keep, isAside }, context).catch(error => {
    context.log.info(`The report could not be published: ${formatError(error)}.`);
    return false;
  });
  await flushOutput();
  process.exit(report.verdict === 'passed' && published ? 0 : 1);
}

/** Waits until the runner has the whole log: an exit drops what is still buffered (Node.js docs, process.exit). */
function flushOutput(): Promise<void> {
  return new Promise(resolve => process.stdout.write('', () => resolve()));
}

/**
 * The runner masks each line of a value by itself, even one as short as the `{` of a JSON key. The redactor passes on
 * the lines that are long enough, so this skips the value as a whole.
 */
function maskInRunner(form: string): void {
  if (/[\r\n]/.test(form)) return;
  holdOutput(); // a secret can have hundreds of forms
  setSecret(form);
}

function createContext(redactor: Redactor, signal: AbortSignal): GateContext {
  const log = createLog(redactor);
  const variables: Variables = Object.assign(Object.create(null), process.env); // without a prototype, so a variable named `constructor` is unset
  return {
    clock: systemClock,
    log,
    redactor,
    signal,
    variables,
    workspace: variables.GITHUB_WORKSPACE || process.cwd(),
    secretsWithheld: areSecretsWithheld(variables),
    onResult: result => logResult(log, result),
  };
}

interface Given {
  commit: string;
  record: ReleaseRecord;
  outcomes: JobOutcomes;
  /** Gets what the configuration has to say about the policy that the run is judged by. */
  policy: Finding[];
}

function createAction(gate: string, context: GateContext, { commit, record, outcomes, policy }: Given): Action {
  const inputs = actionInputs;
  const environment = inputs.text('environment');
  return {
    inputs,
    context,
    commit,
    outcomes,
    configuration: async (of = commit, to = environment) => {
      const request = { workspace: context.workspace, path: inputs.text('config'), environment: to, commit: of };
      const base = readBase(context.variables);
      const policyOfBase = base ? (await import('./base-policy.ts')).openBasePolicy(gate, base, context) : undefined;
      const config = await loadConfiguration(request, policyOfBase);
      policy.push(...config.policy);
      return config;
    },
    record: () => record,
  };
}

function reportError(gate: string, error: unknown, context: GateContext, startedAt: number): GateReport {
  const findings = error instanceof GateError ? error.findings : [explainBreakdown(error)];
  for (const finding of findings) logFinding(context.log, finding);
  if (error instanceof Error && error.stack && isDebug()) context.log.quote(error.stack);
  const finishedAt = context.clock.now();
  const check = { name: gate, boundary: 'delivery', verdict: 'error', findings, startedAt, finishedAt } as const;
  const headline = 'The gate could not do its work. This says nothing about the release.';
  return { gate, verdict: 'error', headline, checks: [check], outputs: {}, startedAt, finishedAt };
}

function explainBreakdown(error: unknown): Finding {
  return found(unexpected, { message: `The gate crashed: ${formatError(error)}.` });
}

interface Audience {
  jobRecord: JobRecord;
  /** Leaves the outcome for the report at the end of the job; undefined where there is none. */
  keep: KeepOutcome | undefined;
  isAside: boolean;
}

/**
 * Tells the verdict everywhere. Outputs come first: the runner keeps what is written before a failing exit. Returns
 * whether the steps after this one get what they need. A record that was refused (`soFar` is undefined) stays as it is
 * for the next gate to refuse, too.
 */
async function publish(
  unsafe: GateReport,
  soFar: ReleaseRecord | undefined,
  { jobRecord, keep, isAside }: Audience,
  { redactor, log, variables }: GateContext,
): Promise<boolean> {
  const checks = unsafe.checks.map(({ value: _, ...result }) => result); // a value is for the gate's own checks
  const report = { ...redactor.redactAll({ ...unsafe, checks }), verdict: unsafe.verdict };
  const before = unsafe.record ?? soFar ?? jobRecord.empty;
  const record = redactRecord(isAside ? before : addEntry(before, report), redactor);
  const findings = listFindings(report);
  const outputs = {
    ...report.outputs,
    verdict: report.verdict,
    findings: JSON.stringify(limitFindings(largestOutput, findings)),
    record: JSON.stringify(record),
  };
  const written = writeOutputs(outputs, log);
  const handedOn = soFar === undefined || isAside || report.isDryRun === true || handOn(record, jobRecord, log);
  log.info(
    `${report.gate}: ${report.verdict} in ${formatDuration(report.finishedAt - report.startedAt)}. ${report.headline}`,
  );
  annotate(findings, variables.RELEASE_GATES_IN_COMPOSITE ? limitsInComposite : limitsOfStep);
  if (!keep?.(report)) await writeSummary(variables.GITHUB_STEP_SUMMARY, report, record, log);
  return written && handedOn;
}

/** The release record with this gate's entry. */
function addEntry(record: ReleaseRecord, report: GateReport): ReleaseRecord {
  const entry = {
    gate: report.gate,
    verdict: report.verdict,
    startedAt: new Date(report.startedAt).toISOString(),
    finishedAt: new Date(report.finishedAt).toISOString(),
    checks: report.checks.length,
    findings: limitFindings(largestEntry, listFindings(report)),
  };
  return { ...record, gates: [...record.gates, entry] };
}

/** A gate whose record is lost fails, as one whose outputs are lost: the steps after it would act on an older record. */
function handOn(record: ReleaseRecord, jobRecord: JobRecord, log: Log): boolean {
  try {
    jobRecord.handOn(record);
    return true;
  } catch (error) {
    log.info(`The release record could not be handed on to the next steps: ${formatError(error)}.`);
    return false;
  }
}
