import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{platformReadings,platformSource}from"./chunk-HK7OVQ3F.mjs";import"./chunk-PLGI4CXG.mjs";export{platformReadings,platformSource};
