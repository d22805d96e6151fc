import { Actor } from 'apify';

await Actor.init();
const { who } = await Actor.getInput();
await Actor.pushData({ greeting: `Hello, ${who}` });
await Actor.exit();
