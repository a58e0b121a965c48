/** Harmless payloads that are visible where they take effect. None reads or deletes data. */
export const payloads: readonly { kind: 'sql' | 'script' | 'template' | 'path'; text: string }[] = [
  { kind: 'sql', text: "' OR '1'='1" },
  { kind: 'sql', text: "'; SELECT 1 --" },
  { kind: 'sql', text: '1) UNION SELECT NULL --' },
  { kind: 'sql', text: '\\' },
  { kind: 'script', text: '<script>window.releaseGates=1</script>' },
  { kind: 'script', text: '"><img src=x onerror=releaseGates()>' },
  { kind: 'script', text: 'javascript:releaseGates()' },
  { kind: 'template', text: '{{7*191}}${7*191}' },
  { kind: 'path', text: '../../../../etc/hostname' },
];

/** The value of `7*191`, if a template evaluates it. */
export const evaluated = '1337';
