import { parentPort } from 'node:worker_threads';
import { MemoryWatchdog, type WatchdogCommand } from './memory-watchdog.js';

/*
 * A thread of the engine that watches the threads of runs. It reaches them through the host's thread, whose JavaScript is
 * interrupted as theirs is, so that they are watched however busy the host is; only while the host is in native code, or blocks
 * in it, no thread can be checked.
 */

const watchdog = new MemoryWatchdog();
// Ends with its host, and not before.
parentPort?.on('message', (command: WatchdogCommand) => watchdog.take(command));
parentPort?.postMessage('watching');
