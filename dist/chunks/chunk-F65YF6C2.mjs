import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function listServing({deployment,others}){return deployment?[deployment,...others]:others}export{listServing};
