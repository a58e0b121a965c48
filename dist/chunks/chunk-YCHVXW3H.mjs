import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{toOneLine}from"./chunk-C64KXKWH.mjs";function makeExcerpt(text,redact=same,length=160){return/[\x00-\x08\x0e-\x1a]/.test(text.slice(0,1e3))?"(binary data)":toOneLine(text,{redact},length)}function same(text){return text}export{makeExcerpt};
