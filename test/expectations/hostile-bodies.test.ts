import { describe, expect, test } from '@jest/globals';
import { extractText } from '../../src/expectations/html-tags.ts';
import { parseForms } from '../../src/gates/smoke-test/oauth/forms.ts';
import { findTokens, redactTellingValues } from '../../src/gates/smoke-test/secrets.ts';
import { listScripts } from '../../src/readiness/http/scripts.ts';

/** What is kept of a body, in bytes. */
const most = 1024 * 1024;
const filledWith = (text: string) => text.repeat(most / text.length);

/** Reading each character once takes a blink; from each beginning to the end, it would take minutes. */
describe('a body that would be read again and again', () => {
  test.each([
    '<form ',
    '<form>',
    '<!--',
    '<script ',
    '<script>',
    '<input ',
    '<form><input ',
    '<link ',
    '<a ',
    '<',
    "<form a='",
    '</script',
    '<form id=x></form><input form=x>',
  ])('of %s has its forms and scripts found', beginning => {
    const page = filledWith(beginning);
    expect(parseForms(page).length).toBeLessThanOrEqual(most / 6);
    expect(listScripts(page, 'https://example.com/')).toEqual([]);
    expect(extractText(page).length).toBeLessThanOrEqual(most);
  });

  test('has a form for each of its ids', () => {
    const forms = Array.from({ length: 10_000 }, (_, id) => `<form id=f${id}></form><input form=f${id} name=n>`).join(
      '',
    );
    expect(parseForms(forms).filter(form => form.fields.has('n'))).toHaveLength(10_000);
  });

  test.each(['eyJ-', 'eyJaaaaaaaaa-', 'eyJaaaaaaaa.', 'eyJ.', '-.'])('of %s has no token', beginning => {
    expect(findTokens(filledWith(beginning)).filter(token => !token.startsWith('eyJaaaaaaaa.'))).toEqual([]);
  });

  test.each(['"a":"', '"a" ', '"a":', '"a', '"a":"\\', '"a":"\\\n'])('of %s is quoted', beginning => {
    expect(redactTellingValues(filledWith(beginning))).toContain('a');
  });
});

describe('the scripts of a page', () => {
  test('are not those in a comment, nor what a script has as its text', () => {
    const page = `<!-- <script src="/old.js"></script> --><script>if (1<a) write('<script src="/text.js">')</script>
<script src="/app.js"></script><LINK rel="modulepreload" href=/chunk.js>`;
    expect(listScripts(page, 'https://example.com/')).toEqual([
      'https://example.com/app.js',
      'https://example.com/chunk.js',
    ]);
  });
});

test('the text of a page is what a person reads of it', () => {
  const page = `<!doctype html><style>a { b: c }</style><!-- > --><h1>No such <b>user</b></h1><script>1 < 2</script>.`;
  expect(extractText(page).replace(/\s+/g, ' ').trim()).toBe('No such user .');
});

describe('the forms of a page', () => {
  test('have the fields in them and those elsewhere that name them', () => {
    const page = `<input name=lost><form id="in" METHOD=post action="/in?a=1&amp;b=2"><input name=user value="&quot;a&quot;">
<form><INPUT type=password name=pass form=in><textarea name=other form=another></textarea></form>
<input name=after form=in value=1><form action=/unclosed><input name=x>`;
    expect(parseForms(page)).toEqual([
      {
        action: '/in?a=1&b=2',
        method: 'POST',
        fields: new Map([
          ['user', '"a"'],
          ['pass', ''],
          ['after', '1'],
        ]),
        buttons: [],
        asksForText: true,
        asksForPassword: true,
      },
      {
        action: '/unclosed',
        method: 'GET',
        fields: new Map([['x', '']]),
        buttons: [],
        asksForText: true,
        asksForPassword: false,
      },
    ]);
  });
});

test('tokens are found where they stand among other text', () => {
  const token = `eyJ${'h'.repeat(8)}.${'p'.repeat(8)}.`;
  expect(
    findTokens(`{"a":"${token}s","b":"x-${token}t"} ${token} eyJshort.${'p'.repeat(8)}.s www.a.${token}u`),
  ).toEqual([`${token}s`, `${token}t`, token, `${token}u`]);
});
