/** The services that a key of `env` stands for. */
export function listServices(key: string): string[] {
  return key.split(',').map(service => service.trim());
}
