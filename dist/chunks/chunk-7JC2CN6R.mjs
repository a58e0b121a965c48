import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function describeDeployment({id,commit}){let short=id.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/,"$1\u2026");return commit&&!id.includes(commit)?`${short} (${commit.slice(0,7)})`:short}export{describeDeployment};
