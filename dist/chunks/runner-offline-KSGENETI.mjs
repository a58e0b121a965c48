import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{RunnerNetwork,runnerOffline}from"./chunk-RM4PYMPS.mjs";import"./chunk-4W2RIWQ4.mjs";import"./chunk-YU6BSSQO.mjs";import"./chunk-54YDJU7D.mjs";import"./chunk-7E2LCASL.mjs";import"./chunk-5CS2EUM6.mjs";import"./chunk-2Z2CU6QK.mjs";export{RunnerNetwork,runnerOffline};
