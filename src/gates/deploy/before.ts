import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { runToEnd } from '../../core/run-to-end.ts';
import { describeLive } from '../../platforms/live-in-words.ts';
import type { Live } from '../../platforms/platform.ts';
import { createPlatform } from '../../platforms/platform-of.ts';
import type { DeployOptions } from './options.ts';
import { obstaclesToPromotion } from './promotion.ts';
import type { Target } from './target.ts';

export const mixed: FindingKind = {
  code: 'deploy/mixed',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'Parts of one service run different versions, so its users meet now one and now the other.',
  cause: 'A deploy or rollback that ended half-way, or machines that were changed one by one by hand.',
  help: 'This deploy brings them together; look at how the one before ended.',
};

export const beforeUnknown: FindingKind = {
  code: 'deploy/before-unknown',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The service does not tell what it runs, so the record will not know what to go back to.',
  cause: 'A service that is down, or that was never released before.',
  help: 'If it was released before, note what runs now: a rollback needs it as `target`.',
};

export const hiddenInRecord: FindingKind = {
  code: 'deploy/hidden-in-record',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release record has to hide a part of what was live before, so a rollback could not find its way.',
  cause:
    'A secret whose value is a part of the name of the image or of the id of the deployment, as a very short one is.',
  help: 'Give the secret a longer value of its own, or take the word out of the name of the image.',
};

/** Asks every service what is live, and checks all that can be checked. Changes nothing. */
export async function lookBefore(
  options: DeployOptions,
  context: GateContext,
): Promise<{ targets: Target[]; checks: CheckResult[] }> {
  const { services, commit } = options;
  const asked = new Map<string, Target>();
  const checks = await Promise.all(
    services.map(one =>
      runToEnd(
        {
          name: `${one.name} before`,
          boundary: 'delivery',
          run: async () => {
            const { name, service, place } = one;
            const platform = await createPlatform(service, { context });
            const [obstacles, before] = await Promise.all([
              platform.obstaclesToDeploy(commit, context.signal),
              platform.live(context.signal),
            ]);
            const unstaged = platform.staging ? obstaclesToPromotion(name, options) : [];
            const live = platform.carries(before, commit); // then nothing needs to be deployed
            const standing = (live ? [] : [...obstacles, ...unstaged]).map(obstacle => ({ ...obstacle, place }));
            if (standing.some(({ severity }) => severity === 'error')) return { verdict: 'error', findings: standing };
            asked.set(name, { ...one, platform, before });
            const findings = [...standing, ...findingsOf(name, before), ...hidden(name, before, context)];
            return { verdict: 'passed', findings, detail: describeLive(before) };
          },
        },
        context,
      ),
    ),
  );
  return { targets: services.flatMap(({ name }) => asked.get(name) ?? []), checks };
}

function hidden(name: string, { deployment }: Live, { redactor }: GateContext): Finding[] {
  const id = deployment?.id ?? '';
  const shown = redactor.redact(id);
  return shown === id
    ? []
    : [found(hiddenInRecord, { message: `A secret is part of what ${name} runs now: ${shown}.` })];
}

function findingsOf(name: string, before: Live): Finding[] {
  if (before.down && before.deployment === undefined) {
    return [found(beforeUnknown, { message: `${name} does not tell what it runs now.` })];
  }
  if (before.others.length === 0) return [];
  return [found(mixed, { message: `Not all of ${name} runs the same: ${describeLive(before)}.` })];
}
