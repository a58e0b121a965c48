import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function toOneLine(text,redactor,length=200){let line=redactor.redact(text).replace(/\s+/g," ").trim();return line.length>length?`${line.slice(0,length-1)}\u2026`:line}export{toOneLine};
