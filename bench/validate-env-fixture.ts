import { createHash } from 'node:crypto';

/** Declarations, each with a value that fits, in the proportions of the sample systems. */
const kinds: [declared: string, value: (name: string) => string][] = [
  ['{ type: secret, min-length: 32 }', name => createHash('sha256').update(name).digest('hex')],
  ['{ type: number, min: 1 }', () => '12'],
  ['{ type: boolean }', () => 'true'],
  ['{ type: url, scheme: https }', () => 'https://api.example.com'],
  ['{ one-of: [debug, info, warn] }', () => 'info'],
  ['{ type: port }', () => '8080'],
  ['{ min-length: 3 }', () => 'abcd'],
  ['{ type: duration }', () => '15m'],
  ['{ type: email }', () => 'mail@example.com'],
  ['{ type: origins, includes: "https://app.example.com" }', () => 'https://app.example.com'],
];

/** A contract of five services with so many variables each, and variables that fulfil it. */
export function writeContract(variablesOfService: number): { text: string; variables: Record<string, string> } {
  const variables: Record<string, string> = {};
  const lines = ['API', 'WEB', 'WORKER', 'ADMIN', 'JOBS'].flatMap(service => [
    `  ${service.toLowerCase()}:`,
    ...Array.from({ length: variablesOfService }, (_, index) => {
      const name = `${service}_VARIABLE_${index}`;
      const [declared, value] = kinds[index % kinds.length] ?? ['{}', () => 'x'];
      variables[name] = value(name);
      return `    ${name}: ${declared}`;
    }),
  ]);
  return { text: ['env:', ...lines, ''].join('\n'), variables };
}
