import type { VercelService } from '../../config/schema/services.ts';
import { quoteForShell } from '../../core/shell-quote.ts';
import type { PlatformProfile } from '../profile.ts';

export const vercelProfile: PlatformProfile<VercelService> = {
  name: 'Vercel',
  explainSetting: variable => `Set it: \`vercel env add ${variable} production\`.`,
  // docs: Vercel CLI, vercel rollback
  explainGoingBack: ({ team }, { id }) =>
    `Run \`npx vercel rollback ${quoteForShell(id)} --yes${team ? ` --scope ${quoteForShell(team)}` : ''}\`. Afterwards Vercel makes no push live until a promotion.`,
  ownVariables: /^(VERCEL|NX|TURBO)(_|$)/,
  deploysPushes: true,
  secretsAtBuild: true,
  configFiles: ['vercel.json'],
  sharedDomains: ['vercel.app', 'now.sh'],
  // docs: Vercel, Error codes (x-vercel-error)
  recognizeErrorPage: ({ status, headers }) =>
    headers['x-vercel-error'] ? `${status}; Vercel says ${headers['x-vercel-error']}` : undefined,
  isStagedFirst: ({ strategy }) => strategy === 'stage-then-promote',
};
