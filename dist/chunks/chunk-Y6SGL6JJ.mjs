import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{setFlagsFromString}from"node:v8";function keepHeapSmall(){setFlagsFromString("--semi-space-growth-factor=1"),setFlagsFromString("--invocation-count-for-maglev=2000")}function keepHeapTight(){keepHeapSmall(),setFlagsFromString("--optimize-for-size")}export{keepHeapSmall,keepHeapTight};
