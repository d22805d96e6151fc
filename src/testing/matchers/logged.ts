import { invalid } from '../../util/check.js';
import { matcher, oneLine, type Matcher } from './matcher.js';
import { isTextPattern, matchesText, type TextPattern } from './text-pattern.js';

export const toHaveLogged: Matcher<[expected: TextPattern]> = matcher('toHaveLogged', async (run, tools, expected) => {
    if (!isTextPattern(expected)) throw invalid('expected', expected, 'a text or a regular expression');
    const pass = matchesText(await run.log.text(), expected);
    return { pass, wanted: `to have logged ${oneLine(tools, expected)}`, found: 'its log does not have it' };
});
