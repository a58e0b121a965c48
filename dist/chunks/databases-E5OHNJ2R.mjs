import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{databaseSchema,databasesSchema}from"./chunk-AQ7FAUAK.mjs";import"./chunk-44G5VDZU.mjs";import"./chunk-CPBQPMKK.mjs";import"./chunk-YGOAPTLW.mjs";import"./chunk-5CS2EUM6.mjs";import"./chunk-PLGI4CXG.mjs";export{databaseSchema,databasesSchema};
