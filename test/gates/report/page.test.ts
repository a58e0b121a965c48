import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { renderFiles } from '../../../src/gates/report/files/index.ts';
import { renderPage } from '../../../src/gates/report/files/page.ts';
import { renderAccount } from '../../../src/github/summary-of-release.ts';
import { BROWSER_MISSING, hasBrowser, renderInBrowser } from '../../support/browser.ts';
import { largeAccount } from './large.ts';
import { account, endGate } from './support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('a large release', () => {
  const large = largeAccount();

  test('stays within the limits of GitHub and of the page', () => {
    const summary = renderAccount(large);
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(Buffer.byteLength(renderPage(large))).toBeLessThan(500_000);
    for (const [chart] of summary.matchAll(/```mermaid.*?```/gs)) expect(chart.length).toBeLessThan(50_000);
  });

  test('is rendered in less than 300 ms', () => {
    const started = performance.now();
    renderAccount(large);
    renderFiles(large);
    expect(performance.now() - started).toBeLessThan(300);
  });

  test('has what matters in its first lines', () => {
    const top = renderAccount(large).split('\n').slice(0, 17).join('\n');
    for (const part of [
      'failed in smoke-test',
      'api.example.com',
      'api:v2',
      'answered 500',
      'Nothing was rolled back',
    ]) {
      expect(top.replaceAll('&#58;', ':')).toContain(part);
    }
  });
});

describe('a release with far too much', () => {
  test('is cut, and says so', () => {
    const text = 'x'.repeat(900);
    const [bad] = endGate('probe', 'failed').ended.checks;
    if (bad === undefined) throw new Error('no check');
    const checks = Array.from({ length: 5000 }, (_, index) => ({
      ...bad,
      name: `${index} ${text}`,
      detail: text,
    }));
    const huge = account({
      outcomes: [endGate('probe', 'failed', { checks }), endGate('smoke-test', 'failed', { checks })],
    });
    expect(Buffer.byteLength(renderAccount(huge))).toBeLessThan(1024 * 1024);
    expect(renderAccount(huge)).toContain('more do not fit here');
    expect(Buffer.byteLength(renderPage(huge))).toBeLessThan(2_000_000);
    expect(renderPage(huge)).toContain('release.json has them all');
  });
});

describe('what a release says', () => {
  const hostile = account({
    subject: '<img src=x onerror=alert(1)>',
    run: 'javascript:alert(1)',
    outcomes: [endGate('probe', 'failed', { headline: '</script><script>alert(1)</script>' })],
  });

  test('never becomes markup', () => {
    const page = renderPage(hostile);
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).not.toMatch(/<img|href="javascript/);
    expect(renderAccount(hostile)).not.toMatch(/<img|<script/);
  });

  test('names nothing that a browser would load', () => {
    expect(renderPage(largeAccount())).not.toMatch(/\s(?:src|srcset)=|url\(|@import|<link/);
  });
});

describe('in a real browser', () => {
  (hasBrowser ? test : test.skip)(hasBrowser ? 'the page has no errors, and its search works' : BROWSER_MISSING, () => {
    const path = join(folder, 'page.html');
    const probe = `<script>
      const field = document.querySelector('#search');
      field.value = 'flow-20 note';
      field.dispatchEvent(new Event('input'));
    </script>`;
    const page = renderPage(largeAccount());
    writeFileSync(path, page);
    expect(renderInBrowser(path, join(folder, 'profile')).problems).toEqual([]);
    // The policy of the page would keep the script of this test from running.
    writeFileSync(path, page.replace(/<meta http-equiv.*>/, '').replace('</body>', `${probe}</body>`));
    expect(renderInBrowser(path, join(folder, 'profile')).dom).toContain('>1 of 5<');
  });
});
