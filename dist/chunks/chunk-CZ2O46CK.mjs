import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
var weight={passed:0,inconclusive:1,error:2,failed:3};function pickWorst(verdicts){let result="passed";for(let verdict of verdicts)weight[verdict]>weight[result]&&(result=verdict);return result}export{pickWorst};
