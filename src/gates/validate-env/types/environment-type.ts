import type { Variable } from '../../../config/schema/variables.ts';
import type { Boundary, Finding } from '../../../core/finding.ts';
import type { Attempt, Live } from '../live/live.ts';
import type { Subject } from '../rule.ts';

/** All that the gate knows about one type of the contract, such as `port`. */
export interface EnvironmentType<Declared extends Variable = Variable> {
  /** The trust boundary of a variable that names none. */
  boundary: Boundary;
  /** What is wrong with a value, given its declaration. */
  rule(subject: Subject<Declared>): Finding[];
  /** Whether whoever has the value could do harm. Default: the form of the value decides. */
  isSecret?(declared: Declared, value: string): boolean;
  /** Whether browsers may have the value, although its name is that of a secret. Default: no. */
  isPublic?(declared: Declared): boolean;
  /** How to try a value on its counterpart; undefined where its declaration does not ask for it. */
  attempt?(live: Live<Declared>): Attempt | undefined;
  /** How `draft` recognizes a variable of this type. */
  guess?: Guess;
}

export interface Guess {
  /** Where several types fit, the lowest is proposed. Default: 0; a general type has more. */
  rank?: number;
  /** Names of variables, each with the declaration to propose, in YAML. */
  names?: [name: RegExp, declaration: string][];
  /** Values in example files, with the declaration. */
  example?: [value: RegExp, declaration: string];
}
