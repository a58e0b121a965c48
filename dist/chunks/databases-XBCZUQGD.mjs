import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{databaseSchema,databasesSchema}from"./chunk-PW5FIOPV.mjs";import"./chunk-SXTDQYIN.mjs";import"./chunk-XWVEMQPS.mjs";import"./chunk-SXY7ODMX.mjs";import"./chunk-W6LMHHZZ.mjs";import"./chunk-PLGI4CXG.mjs";export{databaseSchema,databasesSchema};
