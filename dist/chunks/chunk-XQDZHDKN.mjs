import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function passed(detail){return{verdict:"passed",findings:[],...detail&&{detail}}}function concludeFrom(findings,detail){return{verdict:findings.some(finding=>finding.severity==="error")?"failed":"passed",findings,...detail&&{detail}}}export{passed,concludeFrom};
