// Runs run.ts. `node --import tsx` would not do: threads inherit the flag, so each would be measured with tsx loaded.
import { register } from 'tsx/esm/api';

register();
await import('./run.ts');
