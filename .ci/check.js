// Every check that a change has to pass, one named step after the other; stops at the first that is red.
// `--static` leaves the tests out.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'greenroom-check-'));

/** Entries that are loaded by their location, and have no types. */
const FILES = ['./worker', './process', './watchdog'];

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
            console.error(`\nThe step "${step.name}" is red; those after it were not run.`);
            return 1;
        }
        console.log(`${step.name}: good (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    }
    return 0;
}

/** Looks at the package as it would be published: its files, its exports, and its types as a user's compiler sees them. */
function checkPackage() {
    if (!run('npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', scratch)) return false;
    const tarball = join(scratch, readdirSync(scratch)[0]);
    return (
        run('publint', tarball, '--strict') &&
        run('attw', tarball, '--profile', 'node16', '--exclude-entrypoints', ...FILES, './vitest', '--no-emoji') &&
        // Vitest itself cannot be had by `require`.
        run('attw', tarball, '--profile', 'esm-only', '--entrypoints', './vitest', '--no-emoji')
    );
}

function run(command, ...args) {
    const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`;
    return spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path } }).status === 0;
}
