import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function pluralize(count,noun){return`${count} ${noun}${count===1?"":"s"}`}export{pluralize};
