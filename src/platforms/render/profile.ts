import type { RenderService } from '../../config/schema/services.ts';
import type { PlatformProfile } from '../profile.ts';

export const renderProfile: PlatformProfile<RenderService> = {
  name: 'Render',
  explainSetting: variable => `Set ${variable} in the service's variables on Render.`,
  ownVariables: /^RENDER(_|$)/,
  deploysPushes: true,
  secretsAtBuild: true,
  configFiles: ['render.yaml'],
  rootFiles: ['render.yaml'],
  sharedDomains: ['onrender.com'],
  // docs: Render, request routing (x-render-routing)
  recognizeErrorPage: ({ status, headers }) => {
    const routing = headers['x-render-routing'];
    const noService = routing?.startsWith('no-server') || routing === 'suspend';
    return noService ? `${status}; Render says ${routing}` : undefined;
  },
};
