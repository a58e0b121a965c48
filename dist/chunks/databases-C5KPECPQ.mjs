import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{databaseSchema,databasesSchema}from"./chunk-LYIVXSBS.mjs";import"./chunk-BIAIACMJ.mjs";import"./chunk-XWVEMQPS.mjs";import"./chunk-NQYWQMQH.mjs";import"./chunk-W6LMHHZZ.mjs";import"./chunk-PLGI4CXG.mjs";export{databaseSchema,databasesSchema};
