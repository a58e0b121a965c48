import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function isCommitId(text){return/^[0-9a-f]{40}$/.test(text)}export{isCommitId};
