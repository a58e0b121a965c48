import type { CommandService } from '../../config/schema/services.ts';
import type { PlatformProfile } from '../profile.ts';

/** A service that a command of the user deploys: where it runs is not known. */
export const commandProfile: PlatformProfile<CommandService> = {
  name: 'its own host',
  explainSetting: variable => `Set ${variable} where the service runs.`,
  deploysPushes: false,
  secretsAtBuild: true,
  configFiles: [],
  sharedDomains: [],
};
