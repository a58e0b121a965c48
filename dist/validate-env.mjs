import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{begin}from"./chunks/chunk-P4I5URW2.mjs";import"./chunks/chunk-5CS2EUM6.mjs";import"./chunks/chunk-2Z2CU6QK.mjs";begin();await import("./chunks/validate-env-2LUBJYXL.mjs");
