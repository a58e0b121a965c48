import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
async function allPages(github,{most=1e3,...call},page){let items=[];for(let number=1;items.length<most;number++){let found=await github.call({...call,send:page({per_page:100,page:number})});if(items.push(...found),found.length<100)break}return items}export{allPages};
