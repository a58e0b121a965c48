import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{begin}from"./chunks/chunk-P4I5URW2.mjs";import"./chunks/chunk-5CS2EUM6.mjs";import"./chunks/chunk-PLGI4CXG.mjs";begin();await import("./chunks/watch-V4OTTNWN.mjs");
