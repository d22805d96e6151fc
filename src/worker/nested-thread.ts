import { joinRun } from './boot/nested-threads.js';

/*
 * Loaded first in the threads that an Actor starts, and in the one in which Node runs its module hooks. CommonJS, because
 * Node requires no ES module before evaluated code.
 */
joinRun();

export { joinRun as initialize };
