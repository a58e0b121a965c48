import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{variableSchema,variablesSchema}from"./chunk-3L5BW5U2.mjs";import"./chunk-E3JLHYDV.mjs";import"./chunk-YGOAPTLW.mjs";import"./chunk-NQYWQMQH.mjs";import"./chunk-5CS2EUM6.mjs";import"./chunk-PLGI4CXG.mjs";export{variableSchema,variablesSchema};
