import { type Finding, type FindingKind, found } from '../../../core/finding.ts';

export const onlyHere: FindingKind = {
  code: 'env/drift',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'Two environments have different variables, so a test in one proves less about the other.',
  cause: 'Someone created or removed a variable in only one environment.',
  help: 'Create the variable in the environment that lacks it, or remove it from the other.',
};

export const sharedSecret: FindingKind = {
  code: 'env/shared-secret',
  severity: 'error',
  boundary: 'identity',
  meaning: 'Two environments share a secret, so access to the less guarded one opens the other.',
  cause: 'Values were copied from one environment to create the other.',
  help: 'Generate a separate value for each environment.',
};

/** The variables of one service in one environment, each with a mark that tells values apart; null without a mark. */
export type Marks = ReadonlyMap<string, string | null>;

export interface Sides {
  service: string;
  here: { environment: string; marks: Marks };
  there: { environment: string; marks: Marks };
  /** Variables that may be in one environment only, or have the same value in both. */
  ignore: ReadonlySet<string>;
}

/** Reports variables that only one environment has, and secrets that both share. */
export function compareMarks({ service, here, there, ignore }: Sides): Finding[] {
  const names = [...new Set([...here.marks.keys(), ...there.marks.keys()])].filter(name => !ignore.has(name));
  return names.toSorted().flatMap(name => {
    const [mine, theirs] = [here.marks.get(name), there.marks.get(name)];
    if (mine === undefined || theirs === undefined) {
      const [has, lacks] = mine === undefined ? [there, here] : [here, there];
      const message = `${service} has ${name} in ${has.environment} but not in ${lacks.environment}.`;
      const help = `Create ${name} in ${lacks.environment}, or remove it from ${has.environment}.`;
      return [found(onlyHere, { message, help })];
    }
    if (mine === null || mine !== theirs) return [];
    const message = `${service} has the same value of ${name} in ${here.environment} and ${there.environment}.`;
    return [found(sharedSecret, { message })];
  });
}
