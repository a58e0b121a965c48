import type { Service } from '../../config/schema/services.ts';
import type { SourceConfiguration } from '../../config/schema/sources.ts';
import type { Variables } from '../../core/context.ts';
import type { PlatformVariable } from '../../platforms/platform.ts';
import type { Fingerprint } from './drift/fingerprint-format.ts';
import type { Declaration, Scope } from './options.ts';
import type { Forbidden } from './rules/forbidden.ts';

/** One service of the contract. */
export interface ContractService {
  service: string;
  declarations: Declaration[];
  configured: SourceConfiguration;
  /** Where the service is released to; undefined where the configuration does not say. */
  target: Service | undefined;
}

/** Lists the variables, and the names of the secrets, that jobs in a GitHub environment get. */
export type ReadEnvironment = (environment: string, signal: AbortSignal) => Promise<PlatformVariable[]>;

/** The other side of a drift comparison: the same services in another environment, or its fingerprint. */
export type Comparison =
  | { environment: string; targets: ReadonlyMap<string, Service> }
  | { environment: string; fingerprint: Fingerprint };

/** Everything that a run of the gate checks variables against. */
export interface Contract {
  services: ContractService[];
  forbidden: Forbidden[];
  scope: Scope;
  environment: string;
  /** The variables of the step, and those passed by its inputs. */
  step: Variables;
  readEnvironment: ReadEnvironment;
  comparison: Comparison | undefined;
  /** Hosts that the workflow allows requests under `live` to send variables to, in lower case. */
  liveHosts: string[];
  /** The key of the hashes in a fingerprint; when empty, it has no hashes. */
  fingerprintKey: string;
}
