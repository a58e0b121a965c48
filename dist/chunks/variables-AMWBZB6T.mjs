import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{variableSchema,variablesSchema}from"./chunk-R3VMUM7Y.mjs";import"./chunk-UTQKPMNP.mjs";import"./chunk-XWVEMQPS.mjs";import"./chunk-NQYWQMQH.mjs";import"./chunk-5CS2EUM6.mjs";import"./chunk-PLGI4CXG.mjs";export{variableSchema,variablesSchema};
