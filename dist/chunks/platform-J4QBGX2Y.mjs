import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{platformReadings,platformSource}from"./chunk-2ZC5A32K.mjs";import"./chunk-PLGI4CXG.mjs";export{platformReadings,platformSource};
