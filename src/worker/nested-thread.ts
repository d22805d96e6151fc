import { joinRun } from './boot/nested-threads.js';

/* Loaded first in the threads that an Actor starts. CommonJS, because Node requires no ES module before evaluated code. */
joinRun();
