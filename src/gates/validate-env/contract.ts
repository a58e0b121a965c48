import type { Service } from '../../config/schema/services.ts';
import type { SourceConfiguration } from '../../config/schema/sources.ts';
import type { Variables } from '../../core/context.ts';
import type { PlatformVariable } from '../../platforms/platform.ts';
import type { Fingerprint } from './drift/fingerprint.ts';
import type { Declaration, Scope } from './options.ts';
import type { Forbidden } from './rules/forbidden.ts';

/** One service of the contract. */
export interface ContractService {
  service: string;
  declarations: Declaration[];
  configured: SourceConfiguration;
  /** Where it is released to; undefined where the configuration does not say. */
  target: Service | undefined;
}

/** The names of the secrets, and the variables, that jobs in an environment of GitHub get. */
export type ReadEnvironment = (environment: string, signal: AbortSignal) => Promise<PlatformVariable[]>;

/** What is compared with: the same services in another environment, or what an earlier run said of it. */
export type Comparison =
  | { environment: string; targets: ReadonlyMap<string, Service> }
  | { environment: string; fingerprint: Fingerprint };

/** All that a run of the gate is to hold the variables against. */
export interface Contract {
  services: ContractService[];
  forbidden: Forbidden[];
  scope: Scope;
  environment: string;
  /** The variables of the step, with what its inputs pass beside them. */
  step: Variables;
  readEnvironment: ReadEnvironment;
  comparison: Comparison | undefined;
  /** With what values are hashed so that two environments can be compared; empty: they are not. */
  fingerprintKey: string;
}
