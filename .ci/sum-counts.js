// Adds up the counts that the test suites left in a folder and prints them as the closing line of a CI run. What failed is
// told again just before it: between there and here may lie a thousand lines of other tests.
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
for (const file of files.filter((name) => name.endsWith('.red'))) {
    const suite = counts.get(basename(file, '.red'));
    if (suite === undefined || suite.failed === 0) failed += 1;
}
for (const suite of ['tests', 'compat']) {
    if (!counts.has(suite) && !files.includes(`${suite}.red`)) failed += 1;
}

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
