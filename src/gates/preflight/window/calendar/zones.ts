import { findMoment, getLocalTime } from '../local-time.ts';
import { type ContentBlock, type ContentLine, UnreadableCalendar } from './content-lines.ts';
import type { WallTime } from './values.ts';
import { windowsZones } from './windows-zones.ts';

/** Converts between wall clocks of a time zone and moments; milliseconds since the epoch. */
export interface Zone {
  findMoment(time: WallTime): number;
  getWallTime(at: number): WallTime;
}

const minute = 60_000;

/** The zone of the world by its IANA name. */
export function makeIanaZone(name: string): Zone {
  return {
    findMoment: ({ date, time, seconds }) => findMoment(date, time, name) + seconds * 1000,
    getWallTime: at => {
      const { date, time } = getLocalTime(at, name);
      return { date, time, seconds: Math.floor((at % minute) / 1000), isDate: false };
    },
  };
}

/** The zones of a calendar. `timezone` is that of the window, which times without a zone mean. */
export class Zones {
  readonly #known = new Map<string, Zone>();
  readonly #locations: Map<string, string>;
  readonly local: Zone;

  private constructor(timezone: string, locations: Map<string, string>) {
    this.local = makeIanaZone(timezone);
    this.#locations = locations;
  }

  static read(blocks: ContentBlock[], timezone: string): Zones {
    const locations = blocks
      .filter(({ name }) => name === 'VTIMEZONE')
      .map(block => [findValue(block, 'TZID'), findValue(block, 'X-LIC-LOCATION')] as const);
    return new Zones(timezone, new Map(locations));
  }

  /** The zone of a line's times: UTC (`Z`), the one that TZID names, or the window's. */
  find({ parameters, value, line }: ContentLine): Zone {
    const id = value.endsWith('Z') ? 'UTC' : parameters.TZID;
    if (id === undefined) return this.local;
    const known = this.#known.get(id);
    if (known) return known;
    const name = findIanaName(id) ?? findIanaName(this.#locations.get(id) ?? '') ?? windowsZones.get(id);
    if (name === undefined)
      throw new UnreadableCalendar(`line ${line}: the time zone "${id}" is unknown; use a name such as Europe/Berlin`);
    const zone = makeIanaZone(name);
    this.#known.set(id, zone);
    return zone;
  }
}

function findValue({ lines }: ContentBlock, wanted: string): string {
  return lines.find(({ name }) => name === wanted)?.value ?? '';
}

/** An IANA name, also at the end of one with a prefix, such as /citadel.org/20250321_1/Europe/Berlin. */
function findIanaName(id: string): string | undefined {
  const names = [id, id.split('/').slice(-3).join('/'), id.split('/').slice(-2).join('/')];
  return names.find(name => /^(UTC|GMT|[A-Za-z_]+\/[\w/+-]+)$/.test(name) && isKnown(name));
}

function isKnown(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false; // the caller reports the zone
  }
}
