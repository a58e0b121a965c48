import type { FindingKind } from '../../../core/finding.ts';
import { isHtml, type Page } from './page.ts';

export const defaultPage: FindingKind = {
  code: 'answer/default-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A web server or platform answers with its default page, so the service itself is not reached.',
  cause: 'The server has no site for this host, the service is still waking up, or DNS leads to another machine.',
  help: 'Check the site that the server or the platform has for this host. If the page is meant to be there, name a text of it in `expect.text`.',
};

/** The title, or for Render a text, of pages that come with the software or the platform. */
const marks: [RegExp, string][] = [
  [/<title>Welcome to nginx!?<\/title>/i, 'the default page of nginx'],
  [
    /<title>Apache2? [\w ]*Default Page: It works<\/title>|<body>\s*<h1>It works!<\/h1>\s*<\/body>/i,
    'the default page of Apache',
  ],
  [/<title>Caddy works!<\/title>/i, 'the default page of Caddy'],
  [/<title>IIS Windows( Server)?<\/title>/i, 'the default page of IIS'],
  [/SERVICE WAKING UP[\s\S]*ALLOCATING COMPUTE RESOURCES/, "Render's page for a service that is waking up"],
  [/The train has not arrived at the station/, "Railway's page for a domain without a service"],
];

export const webServer: Page = {
  kind: defaultPage,
  verdict: 'failed',
  recognise: answer => {
    const found = isHtml(answer) && marks.find(([mark]) => mark.test(answer.body));
    return found ? `${answer.status} with ${found[1]}` : undefined;
  },
};
