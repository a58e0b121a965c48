import type { Live, Platform } from '../../platforms/platform.ts';
import type { ServiceOptions } from '../../release/services.ts';

/** A service that could be asked, and what was live on it. */
export interface Target extends ServiceOptions {
  platform: Platform;
  before: Live;
}
