import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{databaseSchema,databasesSchema}from"./chunk-BBFAW65L.mjs";import"./chunk-E3JLHYDV.mjs";import"./chunk-YGOAPTLW.mjs";import"./chunk-NQYWQMQH.mjs";import"./chunk-5CS2EUM6.mjs";import"./chunk-PLGI4CXG.mjs";export{databaseSchema,databasesSchema};
