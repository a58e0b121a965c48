import { WINDOWS_TO_IANA_MAP } from 'windows-iana';

/** The source file with the zones of Windows: of CLDR's table, which the package carries, what stands for a whole zone. */
export function windowsZones(): string {
  const zones = WINDOWS_TO_IANA_MAP.filter(({ territory }) => territory === '001')
    .map(({ windowsName, iana }) => `  ['${windowsName}', '${iana[0]}'],`)
    .sort();
  return [
    '/** Time zones of Windows with their IANA names (Unicode CLDR, windowsZones); written by `script/generate`. */',
    'export const windowsZones: ReadonlyMap<string, string> = new Map([',
    ...zones,
    ']);',
    '',
  ].join('\n');
}
