/** What Node has but its types do not, or not on all versions. */
interface Ways {
    execve?(file: string, args: readonly string[], env: NodeJS.ProcessEnv): void;
    getBuiltinModule(this: void, id: 'node:wasi'): WasiModule;
}

interface WasiModule {
    WASI: new (options: { version: 'preview1'; returnOnExit: boolean }) => {
        wasiImport: { proc_exit(exitCode: number): void };
        initialize(instance: { exports: Record<string, unknown> }): void;
    };
}

/**
 * Ends the process at once, as `process.exit()` would if it did not wait for threads. Node has no name for that, so it is
 * done in the best way that there is:
 *
 * - The process becomes a shell that does nothing but exit (Node 22.15 and later, not on Windows).
 * - The system interface for WebAssembly leaves by the C library's own `exit`. A thread that runs meanwhile may make that
 *   crash; one that sleeps does not.
 * - The process kills itself: a wrong exit code is better than a process that stays for ever.
 */
export function endProcess(exitCode: number, { areThreadsAsleep }: { areThreadsAsleep: boolean }): never {
    const ways = process as unknown as Ways;
    try {
        ways.execve?.('/bin/sh', ['sh', '-c', `exit ${exitCode}`], process.env);
    } catch {
        // Not on this platform.
    }
    if (areThreadsAsleep) leaveAsWebAssembly(ways, exitCode);
    process.kill(process.pid, 'SIGKILL');
    throw new Error('A process that has been killed does not go on.');
}

function leaveAsWebAssembly({ getBuiltinModule }: Ways, exitCode: number): void {
    try {
        const { WASI } = getBuiltinModule('node:wasi');
        const wasi = new WASI({ version: 'preview1', returnOnExit: false });
        wasi.initialize({ exports: { memory: new WebAssembly.Memory({ initial: 1 }) } });
        wasi.wasiImport.proc_exit(exitCode);
    } catch {
        // Not in this build of Node.
    }
}
