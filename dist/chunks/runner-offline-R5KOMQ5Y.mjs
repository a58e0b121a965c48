import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{RunnerNetwork,runnerOffline}from"./chunk-6A32VER4.mjs";import"./chunk-JPBTD4BH.mjs";import"./chunk-YU6BSSQO.mjs";import"./chunk-54YDJU7D.mjs";import"./chunk-7E2LCASL.mjs";import"./chunk-5CS2EUM6.mjs";import"./chunk-PLGI4CXG.mjs";export{RunnerNetwork,runnerOffline};
