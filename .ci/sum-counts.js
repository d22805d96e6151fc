// Sums the counts that the test suites wrote to a folder and prints the total as the last line of a CI run. Repeats the failures
// before it, because their own output may be a thousand lines up.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const MAX_ERROR_CHARACTERS = 3000;

const [, , folder] = process.argv;
const files = readdirSync(folder);
const counts = new Map(
    files
        .filter((file) => file.endsWith('.json'))
        .map((file) => [basename(file, '.json'), JSON.parse(readFileSync(join(folder, file), 'utf8'))]),
);

let passed = 0;
let failed = 0;
let skipped = 0;
for (const suite of counts.values()) {
    passed += suite.passed;
    failed += suite.failed;
    skipped += suite.skipped;
    for (const { name, errors } of suite.failures) {
        console.log(`FAILED ${name}`);
        for (const error of errors) console.log(error.slice(0, MAX_ERROR_CHARACTERS).replace(/^/gm, '    '));
    }
}
for (const file of files.filter((name) => name.endsWith('.failed'))) {
    const suite = counts.get(basename(file, '.failed'));
    if (suite === undefined || suite.failed === 0) failed += 1;
}
for (const suite of ['tests', 'compat']) {
    if (!counts.has(suite) && !files.includes(`${suite}.failed`)) failed += 1;
}

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
