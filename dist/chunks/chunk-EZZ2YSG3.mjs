import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
var verdicts=["passed","failed","inconclusive","error"],weight={passed:0,inconclusive:1,error:2,failed:3};function pickWorst(verdicts2){let result="passed";for(let verdict of verdicts2)weight[verdict]>weight[result]&&(result=verdict);return result}export{verdicts,pickWorst};
