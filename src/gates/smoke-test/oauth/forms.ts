import { decodeHtml, extractText, tagsIn } from '../../../expectations/html-tags.ts';

/** A button that submits a form. */
export interface Button {
  name: string | undefined;
  value: string;
  /** What people read on it. */
  text: string;
}

/** A form of a page, as a browser would submit it. */
export interface Form {
  action: string;
  method: 'GET' | 'POST';
  /** The initial values of its fields, without buttons. */
  fields: Map<string, string>;
  /** The buttons that submit it, in their order. */
  buttons: Button[];
  /** Whether a person would have to fill in a text, such as a password or the words of a search. */
  asksForText: boolean;
  /** Whether a field of it is for a password, so that it is a sign-in. */
  asksForPassword: boolean;
}

/** The forms of a page. Supports enough HTML for sign-in forms, without scripts. */
export function parseForms(html: string): Form[] {
  const forms: { attributes: Attributes; controls: Control[] }[] = [];
  const elsewhere = new Map<string, Control[]>(); // controls outside their form, by the id of the form
  let inside: Control[] | undefined;
  let open: { control: Control; end: number } | undefined; // a button whose text follows
  for (const { name, attributes, start, end } of tagsIn(html)) {
    if (name === '/button' && open) {
      open.control.text = decodeHtml(extractText(html.slice(open.end, start)))
        .replace(/\s+/g, ' ')
        .trim();
      open = undefined;
    }
    if (name === '/form') inside = undefined;
    else if (name === 'form' && !inside) {
      inside = [];
      forms.push({ attributes: parseAttributes(attributes), controls: inside });
    } else if (controlTags.has(name)) {
      const control: Control = { ...parseAttributes(attributes), tag: name, text: '' };
      if (name === 'button') open = { control, end };
      if (control.form === undefined) inside?.push(control);
      else getList(elsewhere, control.form).push(control);
    }
  }
  return forms.map(({ attributes, controls }) => {
    const { id = '', action = '', method } = attributes;
    const all = [...controls, ...(elsewhere.get(id) ?? [])];
    elsewhere.delete(id); // only the first form with an id counts
    return {
      action,
      method: method?.toUpperCase() === 'POST' ? 'POST' : 'GET',
      fields: readFields(all),
      buttons: all.filter(isButton).map(({ name, value = '', text, tag }) => ({
        name,
        value,
        text: tag === 'button' ? text : value,
      })),
      asksForPassword: all.some(({ type = '' }) => type.toLowerCase() === 'password'),
      asksForText: all.some(
        ({ tag, type = 'text' }) => tag === 'textarea' || (tag === 'input' && !chosen.has(type.toLowerCase())),
      ),
    };
  });
}

/** The types of inputs that a person does not type into. */
const chosen = new Set(['hidden', 'submit', 'button', 'image', 'reset', 'checkbox', 'radio']);

const controlTags = new Set(['input', 'button', 'textarea']);

type Attributes = Partial<Record<string, string>>;

type Control = Attributes & { tag: string; text: string };

function isButton({ tag, type }: Control): boolean {
  return tag === 'button' ? type !== 'button' && type !== 'reset' : type === 'submit';
}

function readFields(controls: Control[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const control of controls) {
    const { name, type = 'text', value } = control;
    if (name === undefined || isButton(control) || control.tag === 'button') continue;
    if ((type === 'checkbox' || type === 'radio') && control.checked === undefined) continue;
    fields.set(name, value ?? (type === 'checkbox' ? 'on' : ''));
  }
  return fields;
}

function getList(lists: Map<string, Control[]>, key: string): Control[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function parseAttributes(text: string): Attributes {
  const attributes: Attributes = {};
  for (const [, name = '', double, single, bare] of text.matchAll(
    /([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g,
  )) {
    attributes[name.toLowerCase()] = decodeHtml(double ?? single ?? bare ?? '');
  }
  return attributes;
}
