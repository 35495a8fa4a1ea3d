import { chromium } from 'playwright-core';
const b = await chromium.launch({ executablePath:'/usr/bin/chromium', args:['--no-sandbox','--font-render-hinting=none'] });
const [w,h]=(process.env.SIZE??'1360x900').split('x').map(Number);
for (const spec of process.argv.slice(2)) { const [name,path]=spec.split('='+'=');
 const c=await b.newContext({viewport:{width:w,height:h},colorScheme:process.env.SCHEME??'light',reducedMotion:'reduce',locale:'en-US',timezoneId:'America/New_York'}); const p=await c.newPage(); p.on('console',m=>m.type()==='error'&&console.log(name,m.text())); p.on('pageerror',e=>console.log(name,e.message));
 await p.goto('http://localhost:18391'+path); await p.waitForLoadState('networkidle'); await p.waitForTimeout(1200);
 if (process.env.CLICK) { await p.getByRole('button',{name:new RegExp(process.env.CLICK)}).first().click(); await p.waitForTimeout(600); }
 const perf = await p.evaluate(()=>({fcp:performance.getEntriesByName('first-contentful-paint')[0]?.startTime, m:performance.getEntriesByType('measure').map(m=>[m.name,Math.round(m.duration)])}));
 console.log(name, JSON.stringify(perf));
 await p.screenshot({path:`/tmp/people-${name}.png`,fullPage:true}); await c.close(); }
await b.close();
