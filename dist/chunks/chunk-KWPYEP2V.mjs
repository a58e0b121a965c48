import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function parseRetryAfter(header,now){if(header===void 0||header.trim()==="")return;let seconds=Number(header),ms=Number.isNaN(seconds)?Date.parse(header)-now:seconds*1e3;return Number.isNaN(ms)?void 0:Math.max(0,ms)}export{parseRetryAfter};
