import { describe, expect, it } from 'vitest';
import { parseMemoryExpression } from '../../../src/actors/definition/memory-expression.js';

const CONTEXT = {
    input: { n: 10, text: 'x', zero: 0, yes: true, list: ['a', 5], deep: { p: 5 }, amount: '2000', nothing: null },
    runOptions: { build: 'latest', timeoutSecs: 60, maxItems: 100, maxTotalChargeUsd: undefined },
};

function calculate(expression: string): number {
    return parseMemoryExpression(expression)(CONTEXT);
}

describe('a memory expression', () => {
    // Results of `@apify/actor-memory-expression` 0.2.16.
    it.each([
        ['1024', 1024],
        ['input.n*100', 1024],
        ['input.n > 5 ? 2048 : 512', 2048],
        ['max(256, input.n*64)', 512],
        ['min(1,2,3)*300', 256],
        ['max(input.n, get(input, "q", 600))', 512],
        ['max("5", 600)', 512],
        ['{{input.n}} * 128', 1024],
        ['{{ input.n }}*60', 512],
        ["get(input,'deep.p',3)*256", 1024],
        ["get(input,'zz.q',512)", 512],
        ["get(input,'list.length')*300", 512],
        ["get(input,'list.1',1)*100", 512],
        ["get(input,'q') ?? 512", 512],
        ['input.missing ?? 1024', 1024],
        ['input.nothing ?? 512', 512],
        ["compareText(input.text,'x')==0 ? 512:1024", 512],
        ['a=5\na*100', 512],
        ['a=5;a*200', 1024],
        ['a = 1 ; b = 2 \n a + b*500', 1024],
        ['a = b = 512', 512],
        ['true ? a = 512 : 2', 512],
        ['100\n200\n600', 512],
        ['5;\n\n\n600', 512],
        ['true ? 512 : 128 ; 2048', 2048],
        ['(1\n+511)', 512],
        ['1 +\n511', 512],
        ['max(1,\n512)', 512],
        ['# words\n512 # more', 512],
        ['input.list.length*512', 1024],
        ['input["n"]*60', 512],
        ['round(3.4)*512', 2048],
        ['ceil(2.1)*512', 2048],
        ['ceil(1.234,1)*400', 512],
        ['floor("512.5")', 512],
        ['2^10', 1024],
        ['2^3^2', 512],
        ['-2^2 + 600', 512],
        ['null ?? 2 + 300', 256],
        ['300 + null ?? 200', 512],
        ['2 ^ null ?? 9', 512],
        ['2 * null ?? 600', 1024],
        ['input.yes ? 300:200', 256],
        ['input.yes and false ? 1:999', 1024],
        ['not input.yes ? 1: 700', 512],
        ['not true or true ? 512:1', 512],
        ['true or false and false ? 512:1', 512],
        ['true xor true or true ? 512:1', 512],
        ['1 == 1 and 2 == 2 or false ? 512: 1', 512],
        ['1 < 2 < 3 ? 512 : 1', 512],
        ['1 < 2 == true ? 512 : 1', 128],
        ['false ? 1 : true ? 512: 2', 512],
        ['"5" == 5 ? 512:1', 512],
        ['false == 0 ? 512:1', 512],
        ['input.amount*1', 2048],
        ['true + 511', 512],
        ['0x400', 1024],
        ['1.5E+3', 2048],
        ['.5*1024', 512],
        ['runOptions.maxItems * 5', 512],
        ['runOptions.maxTotalChargeUsd ?? 600', 512],
        ['add(1,2,509)', 512],
        ['divide(2048,2)', 1024],
        ['900', 1024],
        ['3600', 4096],
        ['1', 128],
        ['1e9', 32_768],
    ])('%j is %i', (expression, megabytes) => {
        expect(calculate(expression)).toBe(megabytes);
    });

    it.each([
        ['log(exp(6)) * 100', 512],
        ['log10(1000) * 170', 512],
        ['1\n+511', 512],
    ])('supports what the docs promise and the package lacks: %j is %i', (expression, megabytes) => {
        expect(calculate(expression)).toBe(megabytes);
    });

    it.each([
        ['input.missing * 2', 'undefined is used as a number'],
        ["input.text == 'x' ? 4096 : 128", '"x" is used as a number'],
        ['input.list ? 512 : 1', 'an array is used as a condition'],
        ['null + 512', 'null is used as a number'],
        ['input.n.x', 'of a value that is not an object'],
        ['variable + 1', 'the variable `variable` does not exist'],
        ['input.__proto__', 'its result is undefined'],
        ["get(input, 'constructor.name', '5')", 'its result is string'],
        ['input.constructor ?? 512; toString', 'the variable `toString` does not exist'],
        ['-5', 'its result is -5'],
        ['input.zero', 'its result is 0'],
        ['input.n / 0', 'its result is Infinity'],
        ['"1024"', 'its result is string'],
        ['max()', '`max` requires at least one argument'],
    ])('cannot be evaluated: %j, %s', (expression, message) => {
        const term = parseMemoryExpression(expression);

        expect(() => term(CONTEXT)).toThrow(message);
    });

    it.each([
        ['', 'it has no value'],
        ['100;', 'it has no value'],
        ['2 3', "unexpected '3' at character 3"],
        ['input.n*', 'unexpected end'],
        ['(1', "unexpected end at character 3; expected ')'"],
        ['1..2', "unexpected '.2'"],
        ['max(1 2)', "unexpected '2' at character 7; expected ','"],
        ['true && true', "unexpected '&' at character 6"],
        ["evaluate('2')", 'the function `evaluate` does not exist'],
        ['constructor("return 1")()', 'the function `constructor` does not exist'],
        ['__proto__(1)', 'the function `__proto__` does not exist'],
        ['{{foo}}', '{{foo}} is neither'],
        ['{{runOptions.token}}', '{{runOptions.token}} is neither'],
        [`1${' + 1'.repeat(300)}`, 'it has 1201 characters, but the maximum is 1000'],
        ['('.repeat(900), 'it is nested more than 100 levels deep'],
        [`${'-'.repeat(900)}1`, 'it is nested more than 100 levels deep'],
        [`${'2^'.repeat(400)}1`, 'it is nested more than 100 levels deep'],
    ])('cannot be parsed: %j, %s', (expression, message) => {
        expect(() => parseMemoryExpression(expression)).toThrow(message);
    });

    it('does not change its variables', () => {
        const input = { n: 5 };

        expect(parseMemoryExpression('input = 300; n = 2; input')({ input, runOptions: {} })).toBe(256);
        expect(input).toEqual({ n: 5 });
    });
});
