import { parentPort, workerData } from 'node:worker_threads';
import { MemoryWatchdog, type WatchdogCommand } from './memory-watchdog.js';

/*
 * A thread of the engine that watches the threads of runs. It reaches them through the host's thread, whose JavaScript it
 * interrupts, so it also works while the host is busy. While the host is blocked in native code, no thread can be checked.
 */

const watchdog = new MemoryWatchdog(workerData as Int32Array);
// The listener keeps the thread alive until its host terminates it.
parentPort?.on('message', (command: WatchdogCommand) => watchdog.handle(command));
parentPort?.postMessage('watching');
