import { type Finding, type FindingKind, found } from '../../../core/finding.ts';

export const onlyHere: FindingKind = {
  code: 'env/drift',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'Two environments do not have the same variables, so what was tried in one is not what the other runs.',
  cause: 'A variable was created, or taken out, in one of them only.',
  help: 'Create it in the environment that lacks it, or take it out of the other.',
};

export const sharedSecret: FindingKind = {
  code: 'env/shared-secret',
  severity: 'error',
  boundary: 'identity',
  meaning: 'Two environments share a secret: who has the one that is guarded less has the other.',
  cause: 'The values of one environment were copied when the other was made.',
  help: 'Generate a value of its own for each environment.',
};

/** The variables of one service in one environment: by name, what tells two values apart; null where nothing does. */
export type Marks = ReadonlyMap<string, string | null>;

export interface Sides {
  service: string;
  here: { environment: string; marks: Marks };
  there: { environment: string; marks: Marks };
  /** Variables that may be in one only, or be the same in both. */
  ignore: ReadonlySet<string>;
}

/** What one environment has and the other lacks, and which secrets they share. */
export function compareMarks({ service, here, there, ignore }: Sides): Finding[] {
  const names = [...new Set([...here.marks.keys(), ...there.marks.keys()])].filter(name => !ignore.has(name));
  return names.toSorted().flatMap(name => {
    const [mine, theirs] = [here.marks.get(name), there.marks.get(name)];
    if (mine === undefined || theirs === undefined) {
      const [has, lacks] = mine === undefined ? [there, here] : [here, there];
      const message = `${service} has ${name} in ${has.environment} and not in ${lacks.environment}.`;
      const help = `Create ${name} in ${lacks.environment}, or take it out of ${has.environment}.`;
      return [found(onlyHere, { message, help })];
    }
    if (mine === null || mine !== theirs) return [];
    const message = `${service} has the same ${name} in ${here.environment} and in ${there.environment}.`;
    return [found(sharedSecret, { message })];
  });
}
