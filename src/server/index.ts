/**
 * Serves an engine through your own HTTP server. `engine.listen()` does not need this module.
 *
 * @example
 * import { createServer } from 'node:http';
 * import { toNodeHandler } from 'greenroom/server';
 *
 * createServer(toNodeHandler(engine.fetch)).listen(8080, '127.0.0.1');
 */

export { toNodeHandler } from './node-handler.js';
export type { NodeHandler } from './node-handler.js';
