import type { Service } from '../config/schema/services.ts';
import { commandPlatform } from './command/platform.ts';
import { flyPlatform } from './fly/platform.ts';
import type { Platform, PlatformDependencies } from './platform.ts';
import { railwayPlatform } from './railway/platform.ts';
import { renderPlatform } from './render/platform.ts';
import { vercelPlatform } from './vercel/platform.ts';

/** Creates the platform of a service. Throws a GateError when the variable with its token is not set. */
export function createPlatform(service: Service, dependencies: PlatformDependencies): Platform {
  switch (service.platform) {
    case 'command':
      return commandPlatform(service, dependencies);
    case 'fly':
      return flyPlatform(service, dependencies);
    case 'railway':
      return railwayPlatform(service, dependencies);
    case 'render':
      return renderPlatform(service, dependencies);
    case 'vercel':
      return vercelPlatform(service, dependencies);
  }
}
