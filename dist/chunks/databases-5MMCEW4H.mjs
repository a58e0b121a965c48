import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{databaseSchema,databasesSchema}from"./chunk-IPU5MNTQ.mjs";import"./chunk-UTQKPMNP.mjs";import"./chunk-XWVEMQPS.mjs";import"./chunk-NQYWQMQH.mjs";import"./chunk-5CS2EUM6.mjs";import"./chunk-PLGI4CXG.mjs";export{databaseSchema,databasesSchema};
