import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function endSentence(text){return/[.…!?]$/.test(text)?text:`${text}.`}export{endSentence};
