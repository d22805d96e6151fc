import type { CpuInfo } from 'node:os';

/**
 * Tells how busy the processors of the machine are. All runs share them: one that has only its own use in view would take
 * on more work where there is nothing left to do it with.
 *
 * @returns Gives the share, 0 to 1, of the time since it was last called; 0 at the first call.
 */
export function machineLoad(): () => number {
    let last: { idle: number; total: number } | undefined;
    return () => {
        const now = sum(process.getBuiltinModule('node:os').cpus());
        const total = now.total - (last?.total ?? now.total);
        const idle = now.idle - (last?.idle ?? now.idle);
        last = now;
        return total === 0 ? 0 : 1 - idle / total;
    };
}

function sum(processors: readonly CpuInfo[]): { idle: number; total: number } {
    const all = processors.flatMap(({ times }) => Object.values(times));
    const idle = processors.map(({ times }) => times.idle);
    return { idle: add(idle), total: add(all) };
}

function add(numbers: readonly number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
}
