import type { Live, Platform } from '../../platforms/platform.ts';
import type { ServiceOptions } from '../../release/services.ts';

/** A service that the platform knows, with what is live on it. */
export interface Target extends ServiceOptions {
  platform: Platform;
  before: Live;
}
