// Runs run.ts. Not through `node --import tsx`: threads inherit such a flag, and each would be measured with tsx in it.
import { register } from 'tsx/esm/api';

register();
await import('./run.ts');
