import type { Service } from '../config/schema/services.ts';
import { commandProfile } from './command/profile.ts';
import { flyProfile } from './fly/profile.ts';
import type { Platform, PlatformDependencies } from './platform.ts';
import type { PlatformProfile } from './profile.ts';
import { railwayProfile } from './railway/profile.ts';
import { renderProfile } from './render/profile.ts';
import { vercelProfile } from './vercel/profile.ts';

interface Entry<Target extends Service = Service> {
  profile: PlatformProfile<Target>;
  create(service: Target, dependencies: PlatformDependencies): Promise<Platform>;
}

type Name = Service['platform'];

/** Every platform. The code that asks one is loaded only where a service is on it. */
const platforms: { [Each in Name]: Entry<Extract<Service, { platform: Each }>> } = {
  command: {
    profile: commandProfile,
    create: async (...of) => (await import('./command/platform.ts')).commandPlatform(...of),
  },
  fly: { profile: flyProfile, create: async (...of) => (await import('./fly/platform.ts')).flyPlatform(...of) },
  railway: {
    profile: railwayProfile,
    create: async (...of) => (await import('./railway/platform.ts')).railwayPlatform(...of),
  },
  render: {
    profile: renderProfile,
    create: async (...of) => (await import('./render/platform.ts')).renderPlatform(...of),
  },
  vercel: {
    profile: vercelProfile,
    create: async (...of) => (await import('./vercel/platform.ts')).vercelPlatform(...of),
  },
};

export const profiles: PlatformProfile[] = Object.values(platforms).map(({ profile }) => profile);

/** Whether a platform sets the variable itself. */
export function isOwnVariable(variable: string): boolean {
  return profiles.some(({ ownVariables }) => ownVariables?.test(variable));
}

export function findProfile({ platform }: Service): PlatformProfile {
  return platforms[platform].profile;
}

/** The platform of a service. Rejects with a GateError when the variable with its token is not set. */
export async function createPlatform(service: Service, dependencies: PlatformDependencies): Promise<Platform> {
  const { create }: Entry = platforms[service.platform];
  return create(service, dependencies);
}
