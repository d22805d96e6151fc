// Runs every check that a change must pass, in named steps, and stops at the first failure. `--static` skips the tests.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'greenroom-check-'));

/** Entries that are loaded by path and have no types. */
const UNTYPED_ENTRIES = ['./worker', './process', './watchdog'];

const steps = [
    { name: 'format', run: () => run('oxfmt', '--check') },
    { name: 'build', run: () => run('npm', 'run', '--silent', 'build') },
    { name: 'lint', run: () => run('oxlint', '--type-aware', '--deny-warnings') },
    { name: 'types', run: () => run('tsc', '-p', '.') && run('tsc', '-p', 'src/console') },
    { name: 'unused code', run: () => run('knip') },
    { name: 'package', run: checkPackage },
];
if (!process.argv.includes('--static')) {
    steps.push({ name: 'tests', run: () => run('vitest', 'run', '--config', 'test/.vitest.config.ts') });
}

process.exitCode = runSteps();
rmSync(scratch, { recursive: true, force: true });

function runSteps() {
    for (const step of steps) {
        const start = performance.now();
        console.log(`\n— ${step.name} —`);
        if (!step.run()) {
            console.error(`\nStep "${step.name}" failed; later steps were skipped.`);
            return 1;
        }
        console.log(`${step.name}: passed (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    }
    return 0;
}

/** Checks the package as published: its files, its exports, and its types under each module resolution. */
function checkPackage() {
    if (!run('npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', scratch)) return false;
    const tarball = join(scratch, readdirSync(scratch)[0]);
    return (
        run('publint', tarball, '--strict') &&
        run(
            'attw',
            tarball,
            '--profile',
            'node16',
            '--exclude-entrypoints',
            ...UNTYPED_ENTRIES,
            './vitest',
            '--no-emoji',
        ) &&
        // Vitest does not support `require`.
        run('attw', tarball, '--profile', 'esm-only', '--entrypoints', './vitest', '--no-emoji')
    );
}

function run(command, ...args) {
    const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`;
    return spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path } }).status === 0;
}
