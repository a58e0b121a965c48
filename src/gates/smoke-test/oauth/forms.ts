import { decodeHtml, tagsIn } from '../../../expectations/html-tags.ts';

/** A form of a page, as a browser would submit it. */
export interface Form {
  action: string;
  method: 'GET' | 'POST';
  /** The initial values of its fields, with that of its first submit button. */
  fields: Map<string, string>;
  /** Whether a person would have to fill in a text, such as a password or the words of a search. */
  asksForText: boolean;
}

/** The forms of a page. Supports enough HTML for sign-in forms, without scripts. */
export function parseForms(html: string): Form[] {
  const forms: { attributes: Attributes; controls: Control[] }[] = [];
  const elsewhere = new Map<string, Control[]>(); // controls outside their form, by the id of the form
  let inside: Control[] | undefined;
  for (const { name, attributes } of tagsIn(html)) {
    if (name === '/form') inside = undefined;
    else if (name === 'form' && !inside) {
      inside = [];
      forms.push({ attributes: parseAttributes(attributes), controls: inside });
    } else if (controlTags.has(name)) {
      const control: Control = { ...parseAttributes(attributes), tag: name };
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

type Control = Attributes & { tag: string };

function readFields(controls: Control[]): Map<string, string> {
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
