import { expect, test } from '@jest/globals';
import { configurationReference } from '../../script/generators/configuration-reference.ts';

const form = (platform: string, id: string) => ({
  type: 'object' as const,
  properties: {
    platform: { const: platform },
    id: { type: 'string' as const, description: id },
    url: { type: 'string' as const, description: 'Where it answers.' },
    [platform]: { type: 'string' as const },
  },
  required: ['platform', 'id', ...(platform === 'one' ? ['one', 'url'] : [])],
});

test('the reference says what each kind of a mapping means by a key, and which keys are needed', () => {
  const services = {
    type: 'object' as const,
    additionalProperties: { oneOf: [form('one', 'Of One.'), form('two', 'Of Two.')] },
  };
  const page = configurationReference({ properties: { services } });
  expect(page).toContain('| `services.<name>.id` | string, needed | Of One. Or: Of Two. |');
  expect(page).toContain('| `services.<name>.url` | string | Where it answers. |');
  expect(page).toContain('| `services.<name>.one` | string, needed |  |');
  expect(page).toContain('| `services.<name>.two` | string |  |');
});
