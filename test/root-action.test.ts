import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { selectableGates as selectable } from '../src/gates/report/release-inputs.ts';

const root = join(import.meta.dirname, '..');

interface GateStep {
  id: string;
  gate: string;
  /** A bad verdict before the deploy ends the release; from the deploy on, `failed` rolls it back. */
  phase: 'before the deploy' | 'from the deploy on';
  /** Runs when `gates` names the gate, unless it says otherwise. */
  if?: string;
}

/** The gates of the root action in their order: the one list that everything in action.yml is compared with. */
const gateSteps: GateStep[] = [
  { id: 'preflight', gate: 'preflight', phase: 'before the deploy' },
  { id: 'validate-env', gate: 'validate-env', phase: 'before the deploy' },
  { id: 'smoke-test-plan', gate: 'smoke-test', phase: 'before the deploy' },
  { id: 'watch-plan', gate: 'watch', phase: 'before the deploy' },
  { id: 'push-schema', gate: 'push-schema', phase: 'before the deploy' },
  { id: 'deploy', gate: 'deploy', phase: 'from the deploy on' },
  { id: 'probe', gate: 'probe', phase: 'from the deploy on' },
  { id: 'smoke-test', gate: 'smoke-test', phase: 'from the deploy on' },
  {
    id: 'promote',
    gate: 'deploy',
    phase: 'from the deploy on',
    if: "steps.deploy.outputs.staged != '' && steps.deploy.outputs.staged != '{}'",
  },
  {
    id: 'probe-promoted',
    gate: 'probe',
    phase: 'from the deploy on',
    if: "steps.promote.outputs.verdict == 'passed' && contains(inputs.gates, 'probe')",
  },
  { id: 'watch', gate: 'watch', phase: 'from the deploy on' },
];

/** Only runs where a person names it. */
const onRequest = ['preflight', 'watch'];

/** Marks the release as successful once every gate has passed. */
const finish = { id: 'finish', gate: 'deploy' };

/** Runs by itself when a gate from the deploy on says `failed`, or when the run is cancelled before `finish`. */
const rollback = { id: 'rollback', gate: 'rollback' };

/** Runs first and last, whatever `gates` names. */
const [begin, report] = [
  { id: 'inputs', gate: 'report' },
  { id: 'report', gate: 'report' },
];

interface Step {
  id: string;
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, string>;
}

interface RootAction {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { steps: Step[] };
}

const { inputs, outputs, runs }: RootAction = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
const steps = runs.steps.filter(({ uses }) => uses !== undefined);

function stepOf(id: string): Step | undefined {
  return runs.steps.find(step => step.id === id);
}

/** An expression on one line, without its braces. */
function expression(text: string | undefined): string {
  return (text ?? '')
    .replace(/^\$\{\{|\}\}$/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

describe('the root action', () => {
  test('runs the gates in their order, then the rollback, between the steps of the report', () => {
    const expected = [begin, ...gateSteps, finish, rollback, report].map(({ id, gate }) => [id, `$/actions/${gate}`]);
    expect(steps.map(({ id, uses }) => [id, uses])).toEqual(expected);
  });

  test('knows every gate', () => {
    const gates = globSync('actions/*/action.yml', { cwd: root }).map(path => basename(dirname(path)));
    expect([...selectable, rollback.gate, report.gate].sort()).toEqual(gates.sort());
    expect(new Set(gateSteps.map(({ gate }) => gate))).toEqual(new Set(selectable));
  });

  test('runs by default the gates that every release needs', () => {
    const chosen = (inputs.gates?.default ?? '').split(', ');
    expect(chosen).toEqual(selectable.filter(gate => !onRequest.includes(gate)));
  });

  test.each(gateSteps)('runs $id when it should', ({ id, gate, if: condition }) => {
    expect(stepOf(id)?.if).toBe(condition ?? `contains(inputs.gates, '${gate}')`);
  });

  test.each([begin, ...gateSteps, finish, rollback, report])('hands $id what all gates share', ({ id }) => {
    const step = stepOf(id);
    for (const input of ['config', 'environment', 'commit']) {
      expect(step?.with?.[input]).toBe(`\${{ inputs.${input} }}`);
    }
    expect(step?.env).toEqual({ RELEASE_GATES_IN_COMPOSITE: 'true' });
  });

  test.each([
    ['deploy', ['services', 'force', 'allow-older', 'lock-timeout', 'measure-downtime', 'tag-prefix']],
    ['promote', ['services', 'force', 'allow-older', 'lock-timeout', 'measure-downtime', 'tag-prefix']],
    ['rollback', ['services', 'measure-downtime', 'hold-auto-deploys', 'incident-issue']],
  ])('hands %s what a release needs of it, with the same default', (id, names) => {
    const step = stepOf(id);
    const gate = parse(readFileSync(join(root, 'actions', id === 'promote' ? 'deploy' : id, 'action.yml'), 'utf8'));
    for (const name of names) {
      expect(step?.with?.[name]).toBe(`\${{ inputs.${name} }}`);
      expect([name, inputs[name]?.default]).toEqual([name, gate.inputs[name].default]);
    }
  });

  test('reports whatever happens, once the report has begun', () => {
    expect(runs.steps[0]?.id).toBe(begin.id);
    expect(stepOf(begin.id)?.if).toBeUndefined();
    expect(stepOf(begin.id)?.with?.inputs).toBe('${{ toJSON(inputs) }}');
    expect(stepOf(begin.id)?.with?.mode).toBe('start');
    expect(stepOf(report.id)?.if).toBe("always() && steps.inputs.outcome == 'success'");
    expect(stepOf(report.id)?.with?.gates).toBe('${{ inputs.gates }}');
  });

  test('leaves the success of a release to its end', () => {
    const deploying = runs.steps.filter(({ uses }) => uses === '$/actions/deploy');
    expect(deploying.map(step => step.with?.finish ?? step.with?.phase)).toEqual(['later', 'later', 'finish']);
    expect(stepOf(finish.id)?.if).toBe("contains(inputs.gates, 'deploy')");
  });

  test('goes back when a gate from the deploy on says failed, or after a cancellation before the end', () => {
    const failed = gateSteps
      .filter(({ phase }) => phase === 'from the deploy on')
      .map(({ id }) => `steps.${id}.outputs.verdict == 'failed'`);
    expect(expression(stepOf(rollback.id)?.if)).toBe(
      `always() && ((steps.inputs.outputs.rollback == 'true' && (${failed.join(' || ')})) ` +
        "|| (cancelled() && steps.deploy.outputs.verdict && steps.finish.outcome != 'success'))",
    );
  });

  test('reports the first verdict that is not passed, then an error, then passed', () => {
    const verdict = ({ id }: { id: string }) => `steps.${id}.outputs.verdict`;
    const ended = [begin, ...gateSteps].map(step => `(${verdict(step)} != 'passed' && ${verdict(step)})`);
    const passed = gateSteps
      .filter(({ id }) => selectable.includes(id))
      .reverse()
      .map(verdict);
    expect(expression(outputs.verdict?.value)).toBe(
      [
        ...ended,
        "((contains(steps.*.outcome, 'failure') || contains(steps.*.outcome, 'cancelled')) && 'error')",
        ...passed,
      ].join(' || '),
    );
  });

  test('reports the record of the gate that ran last', () => {
    const last = [...gateSteps.filter(({ id }) => !id.endsWith('-plan')), rollback].reverse();
    expect(expression(outputs.record?.value)).toBe(last.map(({ id }) => `steps.${id}.outputs.record`).join(' || '));
  });
});
