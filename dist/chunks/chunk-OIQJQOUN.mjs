import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function isMapping(value){return value!==null&&typeof value=="object"&&!Array.isArray(value)}export{isMapping};
