import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
var methods=["get","head","post","put","patch","delete","options"];export{methods};
