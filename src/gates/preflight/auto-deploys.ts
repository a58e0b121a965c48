import { concludeFrom } from '../../core/check.ts';
import { createPlatform, findProfile } from '../../platforms/create-platform.ts';
import { describeAutoDeploys } from '../../release/auto-deploys.ts';
import { chooseServices } from '../../release/services.ts';
import type { Section } from './section.ts';

/** Whether the platforms of the services also deploy pushes, beside the deploy gate. */
export const planAutoDeployChecks: Section = ({ config }, context) => {
  const { 'auto-deploys': policy } = config.preflight;
  if (policy === undefined) return [];
  const services = chooseServices(config, []).services.filter(({ service }) => findProfile(service).deploysPushes);
  return services.map(service => ({
    name: `auto-deploys.${service.name}`,
    boundary: 'delivery',
    run: async signal => {
      const platform = await createPlatform(service.service, { context });
      const setting = await platform.readAutoDeploys(signal);
      if (setting === undefined) return concludeFrom([]);
      const finding = describeAutoDeploys(service, setting);
      return concludeFrom([policy === 'refuse' ? { ...finding, severity: 'error' } : finding]);
    },
  }));
};
