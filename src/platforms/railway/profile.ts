import type { RailwayService } from '../../config/schema/services.ts';
import type { PlatformProfile } from '../profile.ts';

export const railwayProfile: PlatformProfile<RailwayService> = {
  name: 'Railway',
  explainSetting: variable => `Set ${variable} in the service's variables on Railway.`,
  ownVariables: /^(RAILWAY|NIXPACKS)(_|$)/,
  deploysPushes: true,
  secretsAtBuild: true,
  configFiles: ['railway.json', 'railway.toml'],
  sharedDomains: ['up.railway.app'],
  // docs: Railway, Application Failed to Respond (x-railway-fallback)
  recognizeErrorPage: ({ status, headers }) =>
    headers['x-railway-fallback'] === 'true' ? `${status}; Railway says that no service took the request` : undefined,
};
