import type { RenderService } from '../../config/schema/services.ts';
import { quoteForShell } from '../../core/shell-quote.ts';
import type { PlatformProfile } from '../profile.ts';

export const renderProfile: PlatformProfile<RenderService> = {
  name: 'Render',
  explainSetting: variable => `Set ${variable} in the service's variables on Render.`,
  // docs: Render API, roll back a deploy
  explainGoingBack: ({ service }, { id }) =>
    `Run \`curl -X POST https://api.render.com/v1/services/${quoteForShell(service)}/rollback -H "Authorization: Bearer $RENDER_API_KEY" -H "Content-Type: application/json" -d ${quoteForShell(JSON.stringify({ deployId: id }))}\`, or choose Rollback at the deploy on the dashboard.`,
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
