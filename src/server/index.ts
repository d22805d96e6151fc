/**
 * For whoever serves an engine by a server of their own; `engine.listen()` needs nothing of this.
 *
 * @example
 * import { createServer } from 'node:http';
 * import { toNodeHandler } from 'greenroom/server';
 *
 * createServer(toNodeHandler(engine.fetch)).listen(8080, '127.0.0.1');
 */

export { toNodeHandler } from './node-handler.js';
export type { NodeHandler } from './node-handler.js';
