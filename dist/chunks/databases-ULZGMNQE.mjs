import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{databaseSchema,databasesSchema}from"./chunk-RORDZIFJ.mjs";import"./chunk-B5YOL5HE.mjs";import"./chunk-PTH6B2AT.mjs";import"./chunk-OXM4IARW.mjs";import"./chunk-5CS2EUM6.mjs";import"./chunk-PLGI4CXG.mjs";export{databaseSchema,databasesSchema};
