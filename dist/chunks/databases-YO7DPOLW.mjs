import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{databaseSchema,databasesSchema}from"./chunk-EKTQOXD3.mjs";import"./chunk-QRWP6CVI.mjs";import"./chunk-MEMNVSFJ.mjs";import"./chunk-7NQC5MKY.mjs";import"./chunk-OXM4IARW.mjs";import"./chunk-5CS2EUM6.mjs";import"./chunk-PLGI4CXG.mjs";export{databaseSchema,databasesSchema};
