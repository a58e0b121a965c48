import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{require_agent}from"./chunk-Z7MQHZWX.mjs";import{__toESM}from"./chunk-2Z2CU6QK.mjs";var import_agent=__toESM(require_agent(),1);var export_Agent=import_agent.default;export{export_Agent as Agent};
