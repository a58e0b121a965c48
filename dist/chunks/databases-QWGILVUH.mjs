import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{databaseSchema,databasesSchema}from"./chunk-R7EHQO4O.mjs";import"./chunk-IEO4ZVFW.mjs";import"./chunk-RCLWVUBA.mjs";import"./chunk-7NQC5MKY.mjs";import"./chunk-6FGPB7CG.mjs";import"./chunk-5CS2EUM6.mjs";import"./chunk-2Z2CU6QK.mjs";export{databaseSchema,databasesSchema};
