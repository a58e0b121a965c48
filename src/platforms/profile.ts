import type { Service } from '../config/schema/services.ts';
import type { Deployment } from '../core/record.ts';

/** What is known of a platform without asking it. */
export interface PlatformProfile<Target extends Service = Service> {
  /** As a person knows it, such as `Fly.io`. */
  name: string;
  /** A sentence that tells a person how to set a variable of a service. */
  explainSetting(variable: string, service: Target): string;
  /** A sentence that tells how to deploy variables that are only staged, where the platform stages them. */
  explainDeployingVariables?(service: Target): string;
  /** Sentences that tell a person how to go back to a deployment without the suite, with what to type. */
  explainGoingBack(service: Target, target: Deployment): string;
  /** The variables that the platform sets itself, so no contract declares them. */
  ownVariables?: RegExp;
  /** Whether the platform can make pushes live by itself. */
  deploysPushes: boolean;
  /** Whether a build sees the secrets of the service. */
  secretsAtBuild: boolean;
  /** Files in the folder of a service that configure it or name commands of its release. */
  configFiles: string[];
  /** The same in the root of the repository. */
  rootFiles?: string[];
  /** The ports that one of the files names. */
  ports?: { file: string; find(lines: string[]): NamedPort[] };
  /** Domains that customers of the platform share, such as `vercel.app`: a name below one has an owner of its own. */
  sharedDomains: string[];
  /** Completes "The service answered …" when the platform answered because no service could; otherwise undefined. */
  recognizeErrorPage?(answer: PlatformAnswer): string | undefined;
  /** Whether the configuration asks to stage a release of the service before users meet it. */
  isStagedFirst?(service: Target): boolean;
}

/** A port as a file of the repository names it. */
export interface NamedPort {
  key: string;
  port: number;
  /** From 1. */
  line: number;
}

/** The part of an HTTP answer that gives a platform away. Names of headers are in lower case. */
export interface PlatformAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
}
