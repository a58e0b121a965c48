import type { ReleaseAccount } from '../../../core/account.ts';
import { renderJunit } from './junit.ts';
import { renderPage } from './page.ts';
import { renderSarif } from './sarif.ts';

export interface ReportFile {
  name: string;
  text: string;
}

/** The files of the report, for people and for programs. */
export function renderFiles(account: ReleaseAccount): ReportFile[] {
  return [
    { name: 'release.html', text: renderPage(account) },
    { name: 'release.json', text: `${JSON.stringify(account, null, 2)}\n` },
    { name: 'junit.xml', text: renderJunit(account) },
    { name: 'findings.sarif', text: renderSarif(account) },
  ];
}
