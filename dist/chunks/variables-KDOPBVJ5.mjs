import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{variableSchema,variablesSchema}from"./chunk-MDH5UI5U.mjs";import"./chunk-BIAIACMJ.mjs";import"./chunk-XWVEMQPS.mjs";import"./chunk-NQYWQMQH.mjs";import"./chunk-W6LMHHZZ.mjs";import"./chunk-PLGI4CXG.mjs";export{variableSchema,variablesSchema};
