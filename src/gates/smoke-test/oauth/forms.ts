/** A form of a page, as a browser would send it. */
export interface Form {
  action: string;
  method: 'GET' | 'POST';
  /** What its fields hold by themselves; of its buttons, the first that sends it. */
  fields: Map<string, string>;
  hasPassword: boolean;
}

/** The forms of a page. Enough of HTML for the forms of a sign-in; what a script would add is not there. */
export function formsIn(html: string): Form[] {
  const text = html.replace(/<!--[\s\S]*?-->|<script\b[\s\S]*?<\/script>/gi, '');
  return [...text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head = '', inside = '']) => {
    const attributes = attributesOf(head);
    const outside = attributes.id === undefined ? '' : controlsOf(text, attributes.id);
    const controls = [...`${inside}${outside}`.matchAll(/<(input|button|textarea)\b([^>]*)>/gi)].map(
      ([, tag = '', rest = '']): Control => ({ ...attributesOf(rest), tag: tag.toLowerCase() }),
    );
    return {
      action: attributes.action ?? '',
      method: attributes.method?.toUpperCase() === 'POST' ? 'POST' : 'GET',
      fields: fieldsOf(controls),
      hasPassword: controls.some(control => control.type === 'password'),
    };
  });
}

type Control = Partial<Record<string, string>> & { tag: string };

function fieldsOf(controls: Control[]): Map<string, string> {
  const fields = new Map<string, string>();
  const isButton = ({ tag, type }: Control) =>
    tag === 'button' ? type !== 'button' && type !== 'reset' : type === 'submit';
  for (const control of controls) {
    const { name, type = 'text', value } = control;
    if (name === undefined || isButton(control) || control.tag === 'button') continue;
    if ((type === 'checkbox' || type === 'radio') && control.checked === undefined) continue;
    fields.set(name, value ?? (type === 'checkbox' ? 'on' : ''));
  }
  const button = controls.find(isButton);
  if (button?.name !== undefined) fields.set(button.name, button.value ?? '');
  return fields;
}

/** The controls elsewhere on the page that belong to a form by its id. */
function controlsOf(html: string, id: string): string {
  return [...html.matchAll(/<(?:input|button|textarea)\b[^>]*>/gi)]
    .map(([tag]) => tag)
    .filter(tag => attributesOf(tag).form === id)
    .join('');
}

function attributesOf(text: string): Partial<Record<string, string>> {
  const attributes: Partial<Record<string, string>> = {};
  for (const [, name = '', double, single, bare] of text.matchAll(
    /([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g,
  )) {
    attributes[name.toLowerCase()] = unescapeHtml(double ?? single ?? bare ?? '');
  }
  return attributes;
}

function unescapeHtml(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code) => character(Number(code)))
    .replace(/&#x([\da-f]+);/gi, (_, code) => character(Number.parseInt(code, 16)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

/** A browser shows U+FFFD for what is no character (HTML standard, numeric character reference end state). */
function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
