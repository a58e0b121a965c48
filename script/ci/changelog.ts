/**
 * The section of a changelog in the form of Keep a Changelog (`## [1.2.3] - 2026-01-31`, brackets and date optional),
 * without its heading; empty when there is none or nothing in it.
 */
export function notesOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find(text => /^\[?(?<version>[^\]\s]+)/.exec(text)?.groups?.version === version);
  return section === undefined ? '' : section.slice(section.indexOf('\n')).trim();
}
