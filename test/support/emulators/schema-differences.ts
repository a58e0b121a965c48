import { type GraphQLSchema, isEnumType, isObjectType } from 'graphql';

/** Fields of the emulator that the vendor does not have, or has with another type or other arguments. */
export function differences(own: GraphQLSchema, vendor: GraphQLSchema): string[] {
  return Object.values(own.getTypeMap())
    .filter(type => !type.name.startsWith('__'))
    .flatMap(type => {
      const theirs = vendor.getType(type.name);
      if (theirs === undefined) return [`${type.name} is unknown to the vendor`];
      if (isEnumType(type) && isEnumType(theirs)) {
        const known = theirs.getValues().map(value => value.name);
        return type.getValues().flatMap(value => (known.includes(value.name) ? [] : [`${type.name}.${value.name}`]));
      }
      if (!isObjectType(type) || !isObjectType(theirs)) return [];
      return Object.values(type.getFields()).flatMap(field => {
        const their = theirs.getFields()[field.name];
        if (String(their?.type) !== String(field.type)) return [`${type.name}.${field.name}: ${their?.type}`];
        const missing = field.args.filter(
          arg => !their?.args.some(({ name, type }) => name === arg.name && String(type) === String(arg.type)),
        );
        return missing.map(arg => `${type.name}.${field.name}(${arg.name})`);
      });
    });
}
