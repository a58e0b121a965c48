import type { RailwayService } from '../../config/schema/services.ts';
import { quoteForShell } from '../../core/shell-quote.ts';
import type { PlatformProfile } from '../profile.ts';

const goBack = 'mutation ($id: String!) { deploymentRollback(id: $id) }';

export const railwayProfile: PlatformProfile<RailwayService> = {
  name: 'Railway',
  explainSetting: variable => `Set ${variable} in the service's variables on Railway.`,
  // Railway's GraphQL schema: deploymentRollback
  explainGoingBack: (_, { id }) =>
    `Run \`curl https://backboard.railway.com/graphql/v2 -H "Project-Access-Token: $RAILWAY_TOKEN" -H "Content-Type: application/json" -d ${quoteForShell(JSON.stringify({ query: goBack, variables: { id } }))}\`, or choose Rollback at the deployment on the dashboard.`,
  ownVariables: /^(RAILWAY|NIXPACKS)(_|$)/,
  deploysPushes: true,
  secretsAtBuild: true,
  configFiles: ['railway.json', 'railway.toml'],
  sharedDomains: ['up.railway.app'],
  // docs: Railway, Application Failed to Respond (x-railway-fallback)
  recognizeErrorPage: ({ status, headers }) =>
    headers['x-railway-fallback'] === 'true' ? `${status}; Railway says that no service took the request` : undefined,
};
