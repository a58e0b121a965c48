/** Harmless, and telling where they take effect: each asks for nothing and deletes nothing. */
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

/** What `7*191` comes to where a template is evaluated. */
export const evaluated = '1337';
